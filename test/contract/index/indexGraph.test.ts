import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { processChannel } from '../../../src/base/channels.node.ts';
import type { Service, StartedService } from '../../../src/base/service.ts';
import { readSections, writeSections } from '../../../src/index/saved/sectionFile.node.ts';
import { Hnsw, loadHnsw } from '../../../src/index/vectors/hnsw.node.ts';
import type { ContextIndexContract } from '../../../src/protocol/contextIndex.ts';
import { assetDirectory, IndexFixture, until } from './indexFixture.ts';

const FLIPS = process.env['SEXTANT_CAMPAIGN'] === '1' ? 500 : 6;
const PREFIX = ['magic', 'length of the table', 'checksum of the table', 'checksum of the sections'];

interface SavedGraph {
  readonly header: Readonly<Record<string, unknown>>;
  readonly graph: Uint8Array;
}

/** Files that are whole and not the graph of these rows. */
const mismatches: Readonly<Record<string, (saved: SavedGraph) => SavedGraph>> = {
  'it is of other rows': ({ header, graph }) => ({ header: { ...header, indexId: 'another' }, graph }),
  'it is newer than the rows': ({ header, graph }) => ({ header: { ...header, revision: 1_000_000 }, graph }),
  'its vectors are longer': ({ header, graph }) => ({ header: { ...header, dimensions: 512 }, graph }),
  'it is of another format': ({ header, graph }) => ({ header: { ...header, format: 99 }, graph }),
  'it lacks points': ({ header, graph }) => ({ header: { ...header, count: 1 + Number(header['count']) }, graph }),
  'it has no graph': ({ header }) => ({ header, graph: new Uint8Array(0) }),
  'its graph is cut off': ({ header, graph }) => ({ header, graph: graph.subarray(0, graph.length >> 1) }),
  'its graph is nothing but zeros': ({ header, graph }) => ({ header, graph: new Uint8Array(graph.length) }),
  'its graph is nothing but ones': ({ header, graph }) => ({ header, graph: new Uint8Array(graph.length).fill(255) }),
};

describe('The saved graph of a folder', function () {
  this.timeout(60_000);
  let fixture: IndexFixture;
  let index: Service<ContextIndexContract>;
  let exact: readonly string[][];
  /** As it was saved at first. */
  let whole: Buffer;

  before(async () => {
    fixture = new IndexFixture();
    fixture.write(Object.fromEntries(things.map((thing) => [`${thing}.ts`, moduleOf(thing)])));
    const withoutGraph = await fixture.open();
    await withoutGraph.call('update', null);
    exact = await answers(withoutGraph);
    await withoutGraph.call('close', null);
    index = await fixture.open({ start: startWithGraph });
    whole = await savedGraph();
  });

  after(() => {
    fixture.dispose();
  });

  const graphFile = (): string => path.join(fixture.store, readdirSync(fixture.store)[0] ?? '', 'graph.bin');

  /** Waits for a whole one, which is not what was there before. */
  const savedGraph = async (before?: Buffer): Promise<Buffer> => {
    const file = await until(
      () => Promise.resolve(existsSync(graphFile()) ? readFileSync(graphFile()) : undefined),
      (bytes) => bytes !== undefined && before?.equals(bytes) !== true,
    );
    assert.ok(file !== undefined && (await readSections(graphFile())) !== undefined);
    return file;
  };

  const openFolders = (...folders: readonly string[]): Promise<void> =>
    index.call('open', {
      folders: folders.map((folder) => ({ path: folder, name: 'work' })),
      storeDirectory: fixture.store,
      autoIndex: false,
    });

  async function assertRebuilt(damage: (file: string) => void | Promise<void>): Promise<void> {
    await openFolders();
    writeFileSync(graphFile(), whole);
    await damage(graphFile());
    const before = existsSync(graphFile()) ? readFileSync(graphFile()) : undefined;
    fixture.log.length = 0;
    await openFolders(fixture.root);
    assert.deepEqual(await answers(index), exact, 'until it is rebuilt');
    await savedGraph(before);
    assert.deepEqual(await answers(index), exact, 'when it is rebuilt');
    const { phase, message } = await index.call('status', null);
    assert.deepEqual({ phase, message, log: fixture.log }, { phase: 'ready', message: undefined, log: [] });
  }

  /** With one bit turned over. */
  const assertRebuiltWithout = (place: (length: number) => number): Promise<void> =>
    assertRebuilt((file) => {
      const bytes = Buffer.from(whole);
      const at = place(bytes.length);
      bytes.writeUInt8(bytes.readUInt8(at) ^ 16, at);
      writeFileSync(file, bytes);
    });

  it('is opened as it is, and answers as comparing all does', async () => {
    const before = statSync(graphFile()).mtimeMs;
    await openFolders(fixture.root);
    await index.call('update', null);
    assert.deepEqual(await answers(index), exact);
    assert.equal(statSync(graphFile()).mtimeMs, before);
  });

  it('is what is asked: one that is whole and says otherwise leads astray', async () => {
    await openFolders();
    const saved = await readSections(graphFile());
    const { count = 0, dimensions = 0 } = saved?.header as { count?: number; dimensions?: number };
    const graph = Hnsw.create(await loadHnsw(assetDirectory), dimensions, count);
    for (let slot = 0; slot < count; slot++) graph.add(slot, new Int8Array(dimensions).fill(slot % 127, 0, slot + 1));
    await writeSections(graphFile(), { header: saved?.header, sections: [['graph', await graph.save()]] });
    graph.dispose();
    await openFolders(fixture.root);
    await until(
      () => answers(index),
      (found) => !isDeepStrictEqual(found, exact),
    );
  });

  it('is made again where there is none', () =>
    assertRebuilt((file) => {
      rmSync(file);
    }));

  for (const length of [0, 1, 15, 16, 17, 4096, -1, -16]) {
    const what = length < 0 ? `its last ${-length} bytes are gone` : `only its first ${length} bytes are left`;
    it(`is made again where ${what}`, () =>
      assertRebuilt((file) => {
        truncateSync(file, length < 0 ? whole.length + length : length);
      }));
  }

  for (const [at, part] of PREFIX.entries())
    it(`is made again where its ${part} is wrong`, () => assertRebuiltWithout(() => at * 4 + 1));

  for (let flip = 1; flip <= FLIPS; flip++) {
    const share = flip / (FLIPS + 1);
    it(`is made again where a bit is wrong at ${(share * 100).toFixed(1)} % of it`, () =>
      assertRebuiltWithout((length) => Math.floor(share * length)));
  }

  for (const [what, change] of Object.entries(mismatches)) {
    it(`is made again where ${what}`, () =>
      assertRebuilt(async (file) => {
        const saved = await readSections(file);
        assert.ok(saved?.sections['graph'] !== undefined);
        const { header, graph } = change({
          header: saved.header as SavedGraph['header'],
          graph: saved.sections['graph'],
        });
        await writeSections(file, { header, sections: [['graph', graph]] });
      }));
  }
});

function startWithGraph(): StartedService {
  const script = path.resolve(import.meta.dirname, 'graphIndexProcess.ts');
  const child = fork(script, [assetDirectory], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return { channel: processChannel(child), stop: () => child.kill() };
}

const things = 'queue parser cache socket cursor tokenizer mutex lexer journal scheduler window planner'.split(' ');
const acts =
  'close grow fail block restart leak loop expire flush rotate merge split send draw count sort copy drop open bind ' +
  'wake park trim pack sign load save move lock hash';

/** A module of functions, each long enough to be a passage of its own. */
function moduleOf(thing: string): string {
  return acts
    .split(' ')
    .map((act) => {
      const steps = Array.from({ length: 12 }, (_, at) => `  ${thing}.${act}Step(${at}, '${act} the ${thing}');`);
      return [`export function ${act}${thing}(${thing}: Thing): void {`, ...steps, '}', ''].join('\n');
    })
    .join('\n');
}

/** None of their words stands in the files, so that only vectors find anything. */
const questions = ['too many requests wait', 'reading text', 'memory consumption', 'locks', 'a timeout was reached'];

/** Where the answers to the questions stand. */
async function answers(index: Service<ContextIndexContract>): Promise<string[][]> {
  const found: string[][] = [];
  for (const query of questions) {
    const hits = await index.call('search', { query, limit: 20 });
    found.push(hits.map((hit) => `${hit.path}:${hit.startLine}`).sort());
  }
  return found;
}
