/** Where the endpoints of a room lie. */
export const pathOf = (roomId: string, version: 'v1' | 'v3' = 'v3'): string => `/_matrix/client/${version}/rooms/${encodeURIComponent(roomId)}`;

/** The texts of the messages among some events, in order. */
export const bodiesOf = (events: unknown): string[] =>
  (events as { type: string; content: { body?: string } }[]).flatMap(({ type, content }) =>
    type === 'm.room.message' && content.body !== undefined ? [content.body] : [],
  );

/** The parts of an event that tests look into. */
export interface SeenEvent {
  readonly event_id: string;
  readonly room_id?: string;
  readonly type: string;
  readonly sender: string;
  readonly state_key?: string;
  readonly redacts?: string;
  readonly content: Readonly<Record<string, unknown>>;
  readonly unsigned: Readonly<Record<string, unknown>>;
}
