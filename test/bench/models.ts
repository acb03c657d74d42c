import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createChatModel } from '../../src/models/createChatModel.ts';
import { type HttpProtocol, normaliseAddress } from '../../src/models/endpoint.ts';
import { cacheDirectory } from '../harness/project.ts';
import { median } from './measurement.ts';
import { installNative } from './nativePackages.ts';
import { type Figure, figure, inWords } from './store/figures.ts';

const ROUNDS = 7;
const FIRST_TOKENS = 60;
const TURNS = 1000;
/** Turns until what is loaded once is loaded, and V8 has made of it what it will. */
const WARM_TURNS = 4000;
const CHUNKS = 10_000;

/** Reads an answer to its end; resolves to the time of its first text, by `performance.now()`. */
type Reader = (model: string) => Promise<number>;

/**
 * What a stream costs in Sextant's own path, from the request to the parts of the answer: processor time beside that
 * of the providers' official SDKs and of reading the bytes alone, the delay of the first text, and memory over many
 * turns. The server is another process, so that its work does not count.
 */
export async function runModelsBenchmark(): Promise<void> {
  const figures: Figure[] = [];
  const server = spawn(process.execPath, [path.join(import.meta.dirname, '..', 'fixtures', 'modelServer.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const address = await addressOf(server);
    const require = await installNative(path.join(cacheDirectory, 'bench-models'), [
      'openai@7.55.0',
      '@anthropic-ai/sdk@1.10.0',
    ]);
    for (const wire of [openAi(address, require), anthropic(address, require)])
      figures.push(...(await measureWire(wire)));
    figures.push(await memoryOverTurns(sextant('openai-compatible', address)));
  } finally {
    server.kill();
    if (server.exitCode === null) await once(server, 'exit');
  }
  for (const each of figures) console.log(inWords(each));
  console.log(
    `Load of the machine in the last minute: ${os.loadavg()[0]?.toFixed(1)} of ${os.availableParallelism()}.`,
  );
  const results = path.join(import.meta.dirname, 'results');
  await mkdir(results, { recursive: true });
  await writeFile(path.join(results, 'models.json'), `${JSON.stringify(figures, null, 2)}\n`);
}

interface WireReaders {
  readonly name: string;
  readonly sextant: Reader;
  readonly sdk: Reader;
  readonly bytes: Reader;
}

async function measureWire({ name, ...readers }: WireReaders): Promise<Figure[]> {
  const entries = Object.entries(readers) as [keyof typeof readers, Reader][];
  const processorMs = new Map<string, number[]>();
  const firstMs = new Map<string, number[]>();
  // In turns, so that what the machine does meanwhile meets all of them; the first round only warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [key, read] of entries) {
      const before = process.cpuUsage();
      await read('many-chunks');
      const { user, system } = process.cpuUsage(before);
      if (round > 0) processorMs.set(key, [...(processorMs.get(key) ?? []), (user + system) / 1000]);
    }
  }
  for (let index = 0; index < FIRST_TOKENS; index++) {
    for (const [key, read] of entries) {
      const start = performance.now();
      firstMs.set(key, [...(firstMs.get(key) ?? []), (await read('echo')) - start]);
    }
  }
  const of = (times: Map<string, number[]>, key: string): number => median(times.get(key) ?? []);
  return [
    figure(`${name}: ${CHUNKS} chunks, processor time`, of(processorMs, 'sextant'), 'ms', {
      goal: 1.5 * of(processorMs, 'sdk'),
      peers: { 'official SDK': of(processorMs, 'sdk'), 'fetch, bytes only': of(processorMs, 'bytes') },
    }),
    figure(`${name}: first text, more than fetch alone`, of(firstMs, 'sextant') - of(firstMs, 'bytes'), 'ms', {
      goal: 10,
      peers: { 'official SDK': of(firstMs, 'sdk') - of(firstMs, 'bytes') },
    }),
  ];
}

/** What of the heap one more turn keeps, after those that load what is loaded once. */
async function memoryOverTurns(read: Reader): Promise<Figure> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const heapAfter = async (turns: number): Promise<number> => {
    for (let turn = 0; turn < turns; turn++) await read('echo');
    collect();
    collect();
    return process.memoryUsage().heapUsed / 1e6;
  };
  const warm = await heapAfter(WARM_TURNS);
  return figure(`heap that ${TURNS} turns leave behind`, (await heapAfter(TURNS)) - warm, 'MB', { goal: 1 });
}

const question = 'Where is the harbour?';

function sextant(protocol: HttpProtocol, address: string): Reader {
  const baseUrl = normaliseAddress(address, protocol);
  return async (model) => {
    const endpoint = { displayName: 'Acme', protocol, baseUrl, apiKey: 'sk-planted', headers: {}, fetch };
    const request = { system: '', messages: [{ role: 'user', text: question }] } as const;
    let first = 0;
    for await (const part of createChatModel(endpoint, { provider: 'acme', model }).stream(
      request,
      new AbortController().signal,
    ))
      if (part.type === 'text-delta' && first === 0) first = performance.now();
    return first;
  };
}

/** The SDKs' shapes, as far as they are used here. */
interface OpenAi {
  readonly chat: { readonly completions: { create(body: unknown): Promise<AsyncIterable<unknown>> } };
}
interface Anthropic {
  readonly messages: { create(body: unknown): Promise<AsyncIterable<unknown>> };
}
type Construct<T> = new (options: { baseURL: string; apiKey: string }) => T;

function openAi(address: string, load: NodeJS.Require): WireReaders {
  const { OpenAI } = load('openai') as { OpenAI: Construct<OpenAi> };
  const client = new OpenAI({ baseURL: `${address}/v1`, apiKey: 'sk-planted' });
  const body = (model: string): object => ({ model, stream: true, messages: [{ role: 'user', content: question }] });
  return {
    name: 'OpenAI chat',
    sextant: sextant('openai-compatible', address),
    sdk: async (model) => await firstOf(await client.chat.completions.create(body(model))),
    bytes: async (model) => await bytesOf(`${address}/v1/chat/completions`, body(model)),
  };
}

function anthropic(address: string, load: NodeJS.Require): WireReaders {
  const { Anthropic } = load('@anthropic-ai/sdk') as { Anthropic: Construct<Anthropic> };
  const client = new Anthropic({ baseURL: address, apiKey: 'sk-planted' });
  const body = (model: string): object => ({
    model,
    stream: true,
    max_tokens: 4096,
    messages: [{ role: 'user', content: question }],
  });
  return {
    name: 'Anthropic messages',
    sextant: sextant('anthropic', address),
    sdk: async (model) => await firstOf(await client.messages.create(body(model))),
    bytes: async (model) => await bytesOf(`${address}/v1/messages`, body(model)),
  };
}

async function firstOf(parts: AsyncIterable<unknown>): Promise<number> {
  let first = 0;
  for await (const part of parts) if (part !== undefined && first === 0) first = performance.now();
  return first;
}

async function bytesOf(address: string, body: object): Promise<number> {
  const headers = { 'content-type': 'application/json', authorization: 'Bearer sk-planted' };
  const response = await fetch(address, { method: 'POST', headers, body: JSON.stringify(body) });
  return response.body === null ? 0 : await firstOf(response.body);
}

async function addressOf(server: ChildProcess): Promise<string> {
  if (server.stdout === null) throw new Error('The server says nothing.');
  const lines = createInterface(server.stdout);
  const [line] = (await once(lines, 'line')) as [string];
  return line.trim();
}
