import { otherServer } from './http-server.ts';

/** A port for a server that must know its address before it starts. */
export async function freePort(): Promise<number> {
  const server = await otherServer(() => undefined);
  await server.close();
  return Number(new URL(server.url).port);
}
