import { defineModule, NOT_SPAM, Type } from 'plexus/module';

/** Asks a service what it thinks of links before they are sent. */
export default defineModule({
  name: 'link-checker',
  version: '1.0.0',
  requires: '0.1',
  permissions: { callbacks: ['registerSpamCheckerCallbacks'], network: ['links.example.org'] },
  config: Type.Object({ key: Type.String() }),
  setup(api, { key }) {
    api.registerSpamCheckerCallbacks({
      async check_event_for_spam({ content: { body } }) {
        const links = typeof body === 'string' ? (body.match(/https?:\/\/\S+/g) ?? []) : [];
        if (links.length === 0) return NOT_SPAM;
        const headers = { authorization: `Bearer ${key}` };
        const { bad } = (await api.httpClient.postJsonGetJson('https://links.example.org/check', { links }, headers)) as { bad: string[] };
        return bad.length > 0 ? `Nobody should follow ${bad.join(' or ')}` : NOT_SPAM;
      },
    });
  },
});
