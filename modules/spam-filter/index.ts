import { Codes, compileGlobs, defineModule, NOT_SPAM, parseDuration, Type, type Static } from 'plexus/module';
import { InviteLimit } from './invite-limit.ts';
import { isWithin, linkedHosts } from './links.ts';
import { compilePattern } from './patterns.ts';
import { textsOf } from './texts.ts';

const closed = { additionalProperties: false } as const;

const Config = Type.Object(
  {
    exempt: Type.Array(Type.String(), { default: [], description: 'Users whom nothing holds for; * and ? are wildcards.' }),
    patterns: Type.Array(Type.Object({ pattern: Type.String(), reason: Type.String({ default: 'This looks like spam' }) }, closed), {
      default: [],
      description: 'Texts that nobody may send, as RE2 patterns, without regard to case.',
    }),
    links: Type.Object(
      {
        max: Type.Optional(Type.Integer({ minimum: 0, description: 'How many links an event may have.' })),
        blocked: Type.Array(Type.String(), { default: [], description: 'Domains that nobody may link to, with all below them.' }),
      },
      { ...closed, default: {} },
    ),
    invites: Type.Optional(
      Type.Object({ max: Type.Integer({ minimum: 0 }), per: Type.Union([Type.String(), Type.Integer()], { default: '1h' }) }, closed),
    ),
  },
  closed,
);

/** @returns why a text is refused, or undefined */
type Check = (text: string) => string | undefined;

function checksOf({ patterns, links }: Static<typeof Config>): readonly Check[] {
  const blocked = links.blocked.map((domain) => domain.toLowerCase());
  const { max } = links;
  return [
    ...patterns.map(({ pattern, reason }, index): Check => {
      const matches = compilePattern(pattern, ['patterns', String(index), 'pattern']);
      return (text) => (matches(text) ? reason : undefined);
    }),
    (text) => {
      const hosts = linkedHosts(text);
      const bad = hosts.find((host) => blocked.some((domain) => isWithin(host, domain)));
      if (bad !== undefined) return `Links to ${bad} are not allowed here`;
      return max !== undefined && hosts.length > max ? `At most ${max} links are allowed` : undefined;
    },
  ];
}

/** Refuses events by their texts and links, and too many invitations. */
export default defineModule({
  name: 'spam-filter',
  requires: '0.1',
  permissions: { callbacks: ['registerSpamCheckerCallbacks'] },
  config: Config,
  setup(api, config) {
    const checks = checksOf(config);
    const isExempt = compileGlobs(config.exempt);
    const limit =
      config.invites === undefined
        ? undefined
        : new InviteLimit(api.clock, config.invites.max, parseDuration(config.invites.per, ['invites', 'per']));
    if (limit !== undefined) api.loopingBackgroundCall(() => limit.forgetOld(), 3_600_000);

    api.registerSpamCheckerCallbacks({
      check_event_for_spam(event) {
        if (isExempt(event.sender)) return NOT_SPAM;
        const texts = textsOf(event.content);
        for (const check of checks) {
          for (const text of texts) {
            const reason = check(text);
            if (reason !== undefined) return [Codes.FORBIDDEN, { error: reason }];
          }
        }
        return NOT_SPAM;
      },
      user_may_invite(inviter) {
        const wait = limit === undefined || isExempt(inviter) ? undefined : limit.take(inviter);
        return wait === undefined
          ? NOT_SPAM
          : [Codes.LIMIT_EXCEEDED, { error: 'You have invited too many people; try again later', retry_after_ms: wait }];
      },
    });
  },
});
