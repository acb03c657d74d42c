// An engine that others use, in a process of its own: what it takes on the texts that it is sent.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { median } from '../measurement.ts';
import { type Measured, type PeerWork, processorMs } from './measured.ts';

/** What is used of both runtimes. */
interface Runtime {
  readonly env: { readonly wasm: { numThreads: number } };
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<Session> };
  readonly Tensor: new (type: 'int64', data: BigInt64Array, shape: readonly number[]) => object;
}

interface Session {
  run(inputs: Record<string, object>): Promise<unknown>;
}

process.once('message', (work: PeerWork) => {
  measure(work).then(
    (measured) => process.send?.(measured, () => process.exit(0)),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});

async function measure({ runtime, home, model, threads, chunks, queries }: PeerWork): Promise<Measured> {
  const file = createRequire(path.join(home, 'index.js')).resolve(runtime);
  const loaded = (await import(pathToFileURL(file).href)) as { default?: Runtime } & Runtime;
  const { env, InferenceSession, Tensor } = loaded.default ?? loaded;
  if (runtime === 'onnxruntime-web') env.wasm.numThreads = threads;
  const bytes = readFileSync(model);
  const loadStart = performance.now();
  const session = await InferenceSession.create(bytes, {
    intraOpNumThreads: threads,
    executionProviders: [runtime === 'onnxruntime-web' ? 'wasm' : 'cpu'],
  });
  const loadMs = performance.now() - loadStart;
  const embed = async (ids: readonly number[]): Promise<void> => {
    const shape = [1, ids.length];
    await session.run({
      input_ids: new Tensor('int64', BigInt64Array.from(ids, BigInt), shape),
      attention_mask: new Tensor('int64', new BigInt64Array(ids.length).fill(1n), shape),
    });
  };
  for (const ids of chunks.slice(0, 3)) await embed(ids);
  const start = performance.now();
  const before = processorMs();
  for (const ids of chunks) await embed(ids);
  const seconds = (performance.now() - start) / 1000;
  const processorMsPerChunk = (processorMs() - before) / chunks.length;
  const times: number[] = [];
  for (const ids of queries) {
    const queryStart = performance.now();
    await embed(ids);
    times.push(performance.now() - queryStart);
  }
  return {
    loadMs,
    chunksPerSecond: chunks.length / seconds,
    processorMsPerChunk,
    queryMs: median(times),
    memoryMb: process.memoryUsage.rss() / 1e6,
  };
}
