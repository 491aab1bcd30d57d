import { Type, type Static } from 'plexus/module';

const closed = { additionalProperties: false } as const;
const rooms = (description: string) => Type.Array(Type.String({ pattern: '^[#!].' }), { default: [], description });

const Message = Type.Object(
  {
    text: Type.String({ description: 'In the language Liquid: {{ display_name }}, {{ user_id }}, {{ localpart }}, {{ server_name }}.' }),
    html: Type.Optional(Type.String({ description: 'The same for clients that show HTML; values are escaped.' })),
  },
  closed,
);
export type MessageConfig = Static<typeof Message>;

export const Config = Type.Object(
  {
    from: Type.Object(
      {
        localpart: Type.String({
          default: 'welcome',
          pattern: '^[a-z0-9._=/+-]+$',
          description: 'The account that greets; it is made if there is none.',
        }),
        display_name: Type.Optional(Type.String({ minLength: 1 })),
        avatar_url: Type.Optional(Type.String({ pattern: '^mxc://', description: 'A picture that was uploaded to this server: mxc://…' })),
      },
      { ...closed, default: {} },
    ),
    message: Type.Optional(Message),
    room_name: Type.Optional(Type.String({ description: 'What the room is called in which a user is greeted.' })),
    join: rooms('Rooms that new users are brought into, by alias or id.'),
    invite_to: rooms('Rooms that new users are invited to.'),
    on_join: Type.Array(Type.Object({ rooms: rooms('In which rooms.'), message: Message }, closed), {
      default: [],
      description: 'What is said in a room when somebody joins it for the first time.',
    }),
    existing_users: Type.Boolean({ default: false, description: 'Users who were there before the module are greeted as well.' }),
    bots: Type.Boolean({ default: false, description: 'Accounts with a user type (bot, support) are greeted as well.' }),
    exempt: Type.Array(Type.String(), { default: [], description: 'Users who are not greeted; * and ? are wildcards.' }),
  },
  closed,
);
export type WelcomeConfig = Static<typeof Config>;
