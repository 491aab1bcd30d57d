import type { FileInfo, FileWrapper } from '../../kernel/question-values.ts';

/** A file that was stored but that nobody can read yet. */
export interface ModuleFile {
  /** Where its bytes lie; only until the callback has answered. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  stream(): AsyncIterable<Uint8Array>;
  /** Calls back with each piece of the file in order, waiting for promises. */
  writeChunksTo(callback: (chunk: Uint8Array) => unknown): Promise<void>;
}

/** What is known of a file. */
export interface ModuleFileInfo {
  /** The server that the file is of; undefined for a local one. */
  readonly serverName: string | undefined;
  readonly fileId: string;
  readonly mediaType: string;
  /** Set for a thumbnail of the file: pixels, method and media type. */
  readonly thumbnail: FileInfo['thumbnail'];
  /** Whether it was fetched to preview a URL. */
  readonly urlCache: boolean;
  /** The local user who uploads it, if one does. */
  readonly uploader: string | undefined;
}

/** @param onChunk called with each piece that is read */
export function moduleFile(file: FileWrapper, onChunk?: () => void): ModuleFile {
  const stream = (): AsyncIterable<Uint8Array> => (onChunk === undefined ? file.stream() : noted(file.stream(), onChunk));
  return Object.freeze({
    path: file.path,
    size: file.size,
    stream,
    async writeChunksTo(callback: (chunk: Uint8Array) => unknown) {
      for await (const chunk of stream()) await callback(chunk);
    },
  });
}

async function* noted(chunks: AsyncIterable<Uint8Array>, onChunk: () => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    onChunk();
    yield chunk;
  }
}

export function moduleFileInfo(info: FileInfo): ModuleFileInfo {
  const { serverName, fileId, mediaType, thumbnail, urlCache, uploader } = info;
  return Object.freeze({ serverName, fileId, mediaType, thumbnail: Object.freeze(thumbnail), urlCache, uploader });
}
