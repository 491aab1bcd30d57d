import type { Response } from 'undici';

/**
 * Reads the body of a reply, as it is after unpacking, as far as a limit.
 * @param limit bytes
 */
export async function readUpTo(response: Response, limit: number): Promise<{ readonly bytes: Buffer; readonly isWhole: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop cancels what is still to come.
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > limit) return { bytes: Buffer.concat(chunks, limit), isWhole: false };
  }
  return { bytes: Buffer.concat(chunks, size), isWhole: true };
}
