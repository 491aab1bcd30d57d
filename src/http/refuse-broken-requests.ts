import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { MatrixError } from '../kernel/errors.ts';

/** What is wrong with what never became a request, by the code that node:http gives its error. */
const REFUSALS: Readonly<Record<string, MatrixError>> = {
  HPE_HEADER_OVERFLOW: new MatrixError(431, 'M_TOO_LARGE', 'The address and the headers of the request are too long'),
  ERR_HTTP_REQUEST_TIMEOUT: new MatrixError(408, 'M_UNKNOWN', 'The request took too long to arrive'),
};
const NOT_HTTP = new MatrixError(400, 'M_UNRECOGNIZED', 'This is no request of HTTP');
const REASONS: Readonly<Record<number, string>> = { 400: 'Bad Request', 408: 'Request Timeout', 431: 'Request Header Fields Too Large' };

/**
 * Answers what node:http could not read as every other error is answered, and ends the connection, as nobody knows where its next request
 * would begin. While an earlier request of the connection is being answered, nothing is written into that answer.
 */
export function refuseBrokenRequests<S extends Server>(server: S): S {
  const unanswered = new WeakMap<Duplex, number>();
  server.on('request', ({ socket }, response) => {
    unanswered.set(socket, (unanswered.get(socket) ?? 0) + 1);
    response.once('close', () => unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable || (unanswered.get(socket) ?? 0) > 0) socket.destroy();
    else socket.end(refusalOf(error.code));
  });
  return server;
}

function refusalOf(code: string | undefined): string {
  const refusal = REFUSALS[code ?? ''] ?? NOT_HTTP;
  const body = JSON.stringify(refusal.body());
  const head = [
    `HTTP/1.1 ${refusal.status} ${REASONS[refusal.status]}`,
    'Access-Control-Allow-Origin: *',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
