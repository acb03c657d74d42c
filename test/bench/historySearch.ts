import { mkdirSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { processChannel } from '../../src/base/channels.node.ts';
import { RpcPeer, type Silent } from '../../src/base/rpc.ts';
import { forkIndexProcess } from '../../src/index/startIndexProcess.node.ts';
import type { HistoryMessage } from '../../src/protocol/historyIndex.ts';
import type { IndexProcessContract } from '../../src/protocol/indexProcess.ts';
import { projectRoot } from '../harness/project.ts';
import { keystrokes, manyMessages, passages } from './history/messages.ts';
import { median } from './measurement.ts';
import { type Figure, figure, milliseconds, percentile } from './store/figures.ts';
import { type NativeSqlite, loadNativeSqlite } from './store/nativeSqlite.ts';

const MESSAGES = 200_000;
/** Of one page of changes, as the host sends them. */
const PAGE = 200;
const PAGE_LENGTH = 256_000;
/** Somebody searches so often, each time letter by letter. */
const SEARCHES = 40;
/** Both take turns, so that what else the machine does falls on both; of each keystroke the middle time counts. */
const ROUNDS = 3;

/** Full-text search with the search by meaning beside it, at every keystroke, and SQLite's FTS5 over the same messages. */
export async function measureHistorySearch(directory: string): Promise<Figure[]> {
  mkdirSync(directory, { recursive: true });
  const messages = [...manyMessages(MESSAGES, passages())];
  const index = new IndexProcess(path.join(directory, 'index'));
  const buildMs = await milliseconds(() => index.fill(messages));
  const sqlite = await loadNativeSqlite();
  const native = fullTextTable(sqlite, path.join(directory, 'native.sqlite'), messages);
  const typed = keystrokes(messages, SEARCHES);
  const times = typed.map(() => ({ ours: [] as number[], native: [] as number[] }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [number, query] of typed.entries()) {
      times[number]?.native.push(await milliseconds(() => native(query)));
      times[number]?.ours.push(await milliseconds(() => index.search(query)));
    }
  }
  const ours = times.map((each) => median(each.ours));
  const peers = times.map((each) => median(each.native));
  const memoryMb = index.memoryMb();
  await index.close();
  const megabytes = sizeOf(path.join(directory, 'index')) / 1e6;
  const textMb = messages.reduce((sum, { text }) => sum + text.length, 0) / 1e6;
  const reopened = new IndexProcess(path.join(directory, 'index'));
  const openMs = await milliseconds(() => reopened.search('connection'));
  await reopened.close();
  rmSync(directory, { recursive: true, force: true });
  const name = `${sqlite.name} FTS5`;
  console.log(
    `History search: ${MESSAGES} messages, ${Math.round(textMb)} MB of text, ${typed.length} keystrokes; ` +
      `index ${Math.round(megabytes)} MB on disk, its process at most ${Math.round(memoryMb)} MB; ` +
      `built in ${Math.round(buildMs / 1000)} s, first answer after opening ${Math.round(openMs)} ms.`,
  );
  return [
    figure(`search of ${MESSAGES} messages at a keystroke, p50`, percentile(ours, 0.5), 'ms', {
      peers: { [name]: percentile(peers, 0.5) },
    }),
    figure(`search of ${MESSAGES} messages at a keystroke, p95`, percentile(ours, 0.95), 'ms', {
      goal: 30,
      peers: { [name]: percentile(peers, 0.95) },
    }),
  ];
}

/** The index process, as a window has it. */
class IndexProcess {
  readonly #child = forkIndexProcess(path.join(projectRoot, 'dist'));
  readonly #peer = new RpcPeer<Silent, IndexProcessContract>(processChannel(this.#child), { handlers: {} });
  readonly #opened: Promise<void>;

  constructor(directory: string) {
    this.#opened = this.#peer.call('history.open', { directory, secret: null });
  }

  async fill(messages: readonly HistoryMessage[]): Promise<void> {
    await this.#opened;
    for (let after = 0; after < messages.length;) {
      const page: HistoryMessage[] = [];
      for (let length = 0; page.length < PAGE && length < PAGE_LENGTH;) {
        const next = messages[after + page.length];
        if (next === undefined) break;
        page.push(next);
        length += next.text.length;
      }
      const revision = after + page.length;
      const latest = messages.length;
      await this.#peer.call('history.apply', { epoch: 'bench', after, revision, latest, messages: page, removed: [] });
      after = revision;
    }
  }

  async search(query: string): Promise<void> {
    await this.#opened;
    const conversations = { kind: 'except' as const, ids: [] };
    await this.#peer.call('history.search', { query, offset: 0, limit: 50, conversations, filter: {} });
  }

  /** The most that it ever had; NaN where the system does not tell. */
  memoryMb(): number {
    try {
      const status = readFileSync(`/proc/${String(this.#child.pid)}/status`, 'utf8');
      return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
    } catch {
      return Number.NaN;
    }
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.on('exit', resolve));
    await this.#peer.call('close', null);
    await ended;
  }
}

/** Asks FTS5 for the same: all words, the last as far as it is typed, 50 with snippets in order of BM25. */
function fullTextTable(
  sqlite: NativeSqlite,
  file: string,
  messages: readonly HistoryMessage[],
): (query: string) => void {
  const database = sqlite.open(file);
  database.exec(`CREATE VIRTUAL TABLE found USING fts5(text, prefix = '1 2')`);
  database.exec('BEGIN');
  const insert = database.prepare('INSERT INTO found (text) VALUES (?)');
  for (const { text } of messages) insert.run(text);
  database.exec('COMMIT');
  const select = database.prepare(
    `SELECT rowid, snippet(found, 0, '', '', '…', 32) AS snippet FROM found WHERE found MATCH ? ORDER BY rank LIMIT 50`,
  );
  return (query) => {
    const words = query.match(/[\p{L}\p{N}]+/gu);
    if (words !== null) select.all(`${words.map((word) => `"${word}"`).join(' AND ')}*`);
  };
}

function sizeOf(directory: string): number {
  return readdirSync(directory).reduce((sum, name) => sum + statSync(path.join(directory, name)).size, 0);
}
