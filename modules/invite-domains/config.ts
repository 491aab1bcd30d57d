import { Type, type Static } from 'plexus/module';

const closed = { additionalProperties: false } as const;
const globs = (byDefault: readonly string[], description: string) => Type.Array(Type.String(), { default: byDefault, description });
const action = (byDefault: object, description: string) => Type.Union([Type.Literal('allow'), Type.Literal('refuse')], { ...byDefault, description });

const Rule = Type.Object(
  {
    from: globs(['*'], 'Who invites: user ids, or the names of servers; * and ? are wildcards.'),
    to: globs(['*'], 'Who is invited: user ids, names of servers; for addresses: mail addresses, mail domains, phone numbers.'),
    action: action({ default: 'allow' }, 'What becomes of the invitation.'),
  },
  closed,
);

const Rules = Type.Object(
  {
    rules: Type.Array(Rule, { default: [], description: 'The first that fits both sides decides.' }),
    otherwise: action({}, 'What becomes of an invitation that no rule fits.'),
  },
  closed,
);

export const Config = Type.Object(
  {
    invites: Type.Optional(Rules),
    addresses: Type.Optional(Rules),
    published_rooms_closed_to: globs([], 'User ids or servers that may not be invited into rooms of the public directory.'),
    invite_into_new_rooms_only: Type.Boolean({ default: false, description: 'Users are invited while a room is created, and never later.' }),
    create_rooms_for_two_only: Type.Boolean({ default: false, description: 'Who creates a room invites exactly one user or address.' }),
    join_when_invited_only: Type.Boolean({ default: false, description: 'Nobody joins a room without an invitation, whatever the room says.' }),
    exempt: globs([], 'Users whom nothing holds for, as inviters, creators and joiners.'),
  },
  closed,
);
export type InviteRules = Static<typeof Rules>;
