import { defineModule, NOT_SPAM, Type } from 'plexus/module';

/** Notes each invitation in a room of the moderators, and lets nobody but itself write there. */
export default defineModule({
  name: 'invitation-log',
  config: Type.Object({ room: Type.String({ description: 'The id of the room.' }), as: Type.String({ description: 'The user who writes.' }) }),
  setup(api, config) {
    const note = (body: string): Promise<unknown> =>
      api.createAndSendEventIntoRoom({
        type: 'm.room.message',
        room_id: config.room,
        sender: config.as,
        content: { msgtype: 'm.notice', body },
      });
    api.registerSpamCheckerCallbacks({
      async user_may_invite(inviter, invitee, roomId) {
        if (roomId === config.room) return NOT_SPAM;
        await note(`${inviter} invites ${invitee} to ${roomId}`);
        return NOT_SPAM;
      },
      // It is asked about what it writes itself, too.
      check_event_for_spam: ({ type, roomId, sender }) => type === 'm.room.message' && roomId === config.room && sender !== config.as,
    });
  },
});
