import { Codes, defineModule, NOT_SPAM, Type } from 'plexus/module';

/** Asks another server about links, and keeps what it says. */
export default defineModule({
  name: 'link-check',
  version: '1.0.0',
  requires: '0.1',
  permissions: { callbacks: ['registerSpamCheckerCallbacks'], network: ['links.example.org'], storage: true },
  config: Type.Object({ url: Type.String({ pattern: '^https://' }) }, { additionalProperties: false }),
  setup(api, { url }) {
    async function isBad(link: string): Promise<boolean> {
      const known = await api.store.get(link);
      if (known !== undefined) return known === true;
      const { bad } = (await api.httpClient.postJsonGetJson(`${url}/check`, { link })) as { bad: boolean };
      await api.store.set(link, bad);
      return bad;
    }

    api.registerSpamCheckerCallbacks({
      async check_event_for_spam({ content: { body } }) {
        const [link] = (typeof body === 'string' ? /https?:\S+/.exec(body) : undefined) ?? [];
        if (link === undefined || !(await isBad(link))) return NOT_SPAM;
        api.log.info({}, 'refused a bad link');
        return [Codes.FORBIDDEN, { error: 'This link is not allowed here' }];
      },
    });
  },
});
