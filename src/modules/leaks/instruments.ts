import type { ChildProcess } from 'node:child_process';
import type { Socket as UdpSocket } from 'node:dgram';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { EventEmitter } from 'node:events';
import type { Server, Socket } from 'node:net';
import type { Worker } from 'node:worker_threads';

/** Hears of something that is opened, by whoever runs. @param what in words: `a timer` */
export type Note = (what: string, isOpen: () => boolean) => void;
/** Ends it. */
export type End = () => void;

/** Notices listeners for events of the process. */
export function noticeListeners(note: Note): End {
  const emitter: EventEmitter = process;
  const noteListener = (event: string | symbol, listener: (...args: unknown[]) => void): void =>
    note(`a listener for process.on('${String(event)}')`, () => emitter.listeners(event).includes(listener));
  process.on('newListener', noteListener);
  return () => void process.off('newListener', noteListener);
}

/** What Node.js tells of what is opened, by the name of the channel. Open files are not among it. */
const CHANNELS = {
  'net.client.socket': ({ socket }: { readonly socket: Socket }, note: Note) => note('a connection', () => !socket.destroyed),
  'tracing:net.server.listen:asyncStart': ({ server }: { readonly server: Server }, note: Note) => note('a listening server', () => server.listening),
  'udp.socket': ({ socket }: { readonly socket: UdpSocket }, note: Note) => note('a UDP socket', () => isBound(socket)),
  child_process: ({ process: child }: { readonly process: ChildProcess }, note: Note) =>
    note('a process', () => child.exitCode === null && child.signalCode === null),
  worker_threads: ({ worker }: { readonly worker: Worker }, note: Note) => note('a worker thread', () => worker.threadId !== -1),
};

/** Notices servers, connections, processes and threads. */
export function noticeHandles(note: Note): End {
  const ends = Object.entries(CHANNELS).map(([channel, told]) => {
    const hear = (message: unknown): void => told(message as never, note);
    subscribe(channel, hear);
    return () => unsubscribe(channel, hear);
  });
  return () => ends.forEach((end) => end());
}

function isBound(socket: UdpSocket): boolean {
  try {
    return socket.address().port > 0;
  } catch {
    return false;
  }
}
