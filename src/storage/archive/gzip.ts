import { SextantError } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';

/** Compresses (RFC 1952), off this thread and piece by piece. */
export function compress(pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  return through(pieces, new CompressionStream('gzip'));
}

/** The reverse. Code `damaged` for what is cut off or was never compressed. */
export async function* decompress(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  // What reading fails with is told as it is, and not as damage.
  let failure: Error | undefined;
  const watched = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield* pieces;
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      throw error;
    }
  };
  try {
    yield* through(watched(), new DecompressionStream('gzip'));
  } catch (cause) {
    if (failure !== undefined) throw failure;
    throw new SextantError('damaged', t('The archive is damaged, or was cut off.'), { cause });
  }
}

function through(
  pieces: AsyncIterable<Uint8Array>,
  transform: CompressionStream | DecompressionStream,
): AsyncIterable<Uint8Array> {
  const compressed = toStream(pieces).pipeThrough(transform);
  // Streams can be iterated wherever this runs; the DOM's types do not know it yet.
  return compressed;
}

function toStream(pieces: AsyncIterable<Uint8Array>): ReadableStream<BufferSource> {
  const iterator = pieces[Symbol.asyncIterator]();
  return new ReadableStream<BufferSource>({
    async pull(controller) {
      const next = await iterator.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value as Uint8Array<ArrayBuffer>);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}
