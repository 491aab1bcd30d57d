import type { Config } from '../../config/config.ts';
import { CommandFailed } from './command-failed.ts';

/** Where the first listener is; with TLS its name must be that of the certificate. */
export function addressOf({ listeners, public_baseurl }: Config): string {
  const [listener] = listeners;
  if (listener === undefined) throw new CommandFailed('The configuration has no listener: say with --url where the server is.');
  if (listener.tls !== undefined && public_baseurl !== undefined) return public_baseurl;
  const [address = '127.0.0.1'] = listener.bind_addresses;
  const host = { '0.0.0.0': '127.0.0.1', '::': '[::1]' }[address] ?? (address.includes(':') ? `[${address}]` : address);
  return `${listener.tls === undefined ? 'http' : 'https'}://${host}:${listener.port}`;
}

interface Request {
  /** GET unless given, or POST when there is a body. */
  readonly method?: string;
  readonly body?: object | undefined;
  /** An access token. */
  readonly token?: string;
}

/** Asks the running server. @throws CommandFailed when it is not there or refuses */
export async function askServer<Reply>(address: URL, { body, token, method = body === undefined ? 'GET' : 'POST' }: Request = {}): Promise<Reply> {
  const headers = {
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  const response = await fetch(address, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) }).catch((error: Error) => {
    throw new CommandFailed(`No answer from ${address.origin} (${describe(error)}): is the server running? --url says where it is.`);
  });
  const reply = (await response.json().catch(() => ({}))) as { errcode?: string; error?: string };
  if (!response.ok) throw new CommandFailed(`The server refused: ${reply.error ?? response.statusText} (${response.status} ${reply.errcode ?? ''})`);
  return reply as Reply;
}

const describe = (error: Error): string => (error.cause instanceof Error ? error.cause.message : error.message);
