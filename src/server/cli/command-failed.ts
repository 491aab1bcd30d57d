/** A command cannot do what it was asked; the message tells a person why and what to do. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}
