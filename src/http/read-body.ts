import type { IncomingMessage } from 'node:http';
import { exceedsDepth } from '../core/json-limits.ts';
import type { JsonValue } from '../core/json.ts';
import { badJson, MatrixError } from '../kernel/errors.ts';

/** Deeper than any event or request needs to be; what is nested deeper could be parsed but never written again. */
const MAX_DEPTH = 100;

const tooLarge = (limit: number): MatrixError =>
  new MatrixError(413, 'M_TOO_LARGE', `The request is larger than the ${limit} bytes that are allowed`);

/**
 * Reads a JSON body.
 * @param limit bytes
 * @returns undefined for an empty body
 * @throws M_TOO_LARGE, M_NOT_JSON, M_BAD_JSON
 */
export async function readJson(request: IncomingMessage, limit: number): Promise<JsonValue | undefined> {
  const bytes = await readBytes(request, limit);
  return bytes.length === 0 ? undefined : parse(bytes);
}

/**
 * Reads what the form of a page sends; of a field that is there more than once, the last.
 * @param limit bytes
 * @throws M_TOO_LARGE
 */
export async function readForm(request: IncomingMessage, limit: number): Promise<JsonValue> {
  const bytes = await readBytes(request, limit);
  return Object.fromEntries(new URLSearchParams(bytes.toString()));
}

async function readBytes(request: IncomingMessage, limit: number): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > limit) throw tooLarge(limit);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, size);
}

function parse(bytes: Buffer): JsonValue {
  let value: JsonValue;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as JsonValue;
  } catch {
    throw new MatrixError(400, 'M_NOT_JSON', 'The body of the request is not JSON in UTF-8');
  }
  if (exceedsDepth(value, MAX_DEPTH)) throw badJson(`The body of the request is nested deeper than ${MAX_DEPTH} levels`);
  return value;
}
