import { Type, type Static } from 'plexus/module';

const closed = { additionalProperties: false } as const;
const globs = (description: string, byDefault: readonly string[] = []) => Type.Array(Type.String(), { default: byDefault, description });

export const Config = Type.Object(
  {
    creators: globs('Who may create rooms, and upgrade them; * and ? are wildcards.', ['*']),
    names: Type.Object(
      {
        forbidden: globs('Names that no room may have, without regard to case.'),
        max_length: Type.Integer({ minimum: 1, default: 255, description: 'In characters.' }),
      },
      { ...closed, default: {} },
    ),
    aliases: Type.Object(
      {
        allowed: globs('What the local part of an alias must look like (one of these).', ['*']),
        reserved: globs('Local parts that only server administrators may give out.'),
      },
      { ...closed, default: {} },
    ),
    publishers: globs('Who may put rooms into the public directory.', ['*']),
    forced: Type.Object(
      {
        encryption: Type.Boolean({ default: false, description: 'Rooms that are not public are encrypted from the beginning.' }),
        federate: Type.Optional(Type.Boolean({ description: 'Whether users of other servers may ever join.' })),
        room_version: Type.Optional(Type.String()),
        history_visibility: Type.Optional(Type.Union(['shared', 'invited', 'joined'].map((value) => Type.Literal(value)))),
      },
      { ...closed, default: {}, description: 'Settings of new rooms, whatever was asked for. They do not hold for server administrators.' },
    ),
  },
  closed,
);
export type RoomPolicyConfig = Static<typeof Config>;
