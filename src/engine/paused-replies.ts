import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';

/** What undici keeps on a socket, as far as it is needed here. */
interface ReplyParser {
  paused: boolean;
  readonly ptr: number | null;
  readonly llhttp: { llhttp_resume(ptr: number): void };
  resume(): void;
}

/**
 * Makes connections whose end is survived. When another server closes a connection while its reply is not read yet, undici 7 fails an assertion of its
 * own in an event, where nothing can catch it: anybody who is asked for something could end this server (nodejs/undici#5360; mended in 8, which needs
 * Node 22). Nothing is left to come then, so the parser that waits for its reader can as well go on.
 */
export const surviving =
  (connect: buildConnector.connector): buildConnector.connector =>
  (options, callback) =>
    connect(options, (...made) => {
      const [, socket] = made;
      // Each is called before undici's own listener, which is added later.
      for (const event of ['end', 'error', 'close'] as const) socket?.on(event, () => goOn(socket));
      callback(...made);
    });

function goOn(socket: Socket): void {
  const parser = parserOf(socket);
  if (parser === undefined || !parser.paused) return;
  // Passes on what was received. It does nothing for a connection that broke, and pauses again where only the end says how long a reply is.
  parser.resume();
  if (!parser.paused || parser.ptr === null) return;
  parser.llhttp.llhttp_resume(parser.ptr);
  parser.paused = false;
}

function parserOf(socket: Socket): ReplyParser | undefined {
  const key = Object.getOwnPropertySymbols(socket).find(({ description }) => description === 'parser');
  const parser: unknown = key === undefined ? undefined : Reflect.get(socket, key);
  return isParser(parser) ? parser : undefined;
}

const isParser = (value: unknown): value is ReplyParser =>
  typeof value === 'object' && value !== null && ['paused', 'ptr', 'llhttp', 'resume'].every((key) => key in value);
