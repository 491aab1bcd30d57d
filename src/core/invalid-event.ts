/** Why an event cannot be taken at all; being against the rules of its room is another matter (NotAllowed). */

/** The event does not have the form that its room version asks for. */
export class InvalidEvent extends Error {
  override readonly name: string = 'InvalidEvent';
}

/** The event or one of its fields is over the size limits: https://spec.matrix.org/v1.19/client-server-api/#size-limits */
export class TooLarge extends InvalidEvent {
  override readonly name = 'TooLarge';
}
