/** The rules of the room do not allow an event; the message tells a person why. */
export class NotAllowed extends Error {
  override readonly name = 'NotAllowed';
}
