import assert from 'node:assert/strict';
import type { IndexPageState } from '../../../src/protocol/indexPage.ts';
import { indexPageChecks } from '../../../src/protocol/indexPageChecks.ts';
import { requestsPageChecks } from '../../../src/protocol/requestsPageChecks.ts';
import { searchViewChecks } from '../../../src/protocol/searchViewChecks.ts';
import { totalOf, usageDimensions } from '../../../src/protocol/usage.ts';
import { usagePageChecks } from '../../../src/protocol/usagePageChecks.ts';

const status = { phase: 'ready', filesDone: 2, filesTotal: 3, chunks: 9, skipped: { binary: 1 }, message: 'Full.' };
const place = { folder: '/w', path: 'src/buoy.ts', startLine: 3, endLine: 9 };
const folder: NonNullable<IndexPageState['overview']>['folders'][number] = {
  folder: '/w',
  name: 'w',
  status: { ...status, phase: 'ready' },
  isOwner: true,
  bytes: 9_000,
  languages: [{ language: 'typescript', files: 2, bytes: 9_000 }],
  kinds: [{ kind: 'function', chunks: 9 }],
  storeDirectory: '/store',
  diskBytes: 10,
  changedAtMs: 1,
  graph: { inside: 1, outside: 2 },
};
const sent = { address: 'https://api.example.com', purpose: 'chat', bytesOut: 10, bytesIn: 20 };

/** What each page may be told, by what checks it. */
const told: Readonly<Record<string, readonly [check: (value: unknown) => unknown, value: unknown]>> = {
  'the state of the search': [searchViewChecks.events.state, { status, hasWorkspace: true }],
  'a text for its box': [searchViewChecks.events.query, { typed: 'lang:ts' }],
  'what was found': [
    searchViewChecks.results.search,
    [
      {
        name: 'buoy.ts',
        place: 'src',
        passages: [{ ...place, symbol: 'wait', kind: 'function', line: 4, text: 'wait()', highlights: [[0, 4]] }],
      },
    ],
  ],
  'what may be typed next': [searchViewChecks.results.hints, [{ text: 'lang:', label: 'lang:', detail: 'A language' }]],
  'the state of the index page': [
    indexPageChecks.events.state,
    {
      status,
      overview: {
        folders: [folder],
        model: { id: 'static', dimensions: 256 },
        chosenModel: { id: 'nomic', dimensions: 768, done: 4, memoryBytes: 8 },
        deepModel: {
          ...{ id: 'deep', dimensions: 384, done: 1, wanted: 2, memoryBytes: 8 },
          ...{ phase: 'failed', problem: 'It has gone away.', process: { memoryBytes: 9, processorMs: 7 } },
        },
        memoryBytes: 1,
      },
      hasWorkspace: true,
      virtualFolders: ['remote'],
      isAutomatic: true,
      cpuPercent: 50,
      embedding: { model: 'ollama/nomic', problem: 'It does not answer.' },
    },
  ],
  'what was left out': [indexPageChecks.results.leftOut, [{ folder: '/w', path: '.env', reason: 'secret' }]],
  'the state of the page about requests': [
    requestsPageChecks.results.state,
    { sums: [{ ...sent, requests: 3, lastAt: 1, isLocal: false }], localOnly: false, keepDays: 90 },
  ],
  'a list of requests': [
    requestsPageChecks.results.list,
    [{ ...sent, id: 'one', at: 1, model: 'gpt-5', files: ['src/buoy.ts'] }],
  ],
  'the state of the page about the use of models': [
    usagePageChecks.results.state,
    {
      from: '2026-11-01',
      to: '2026-11-22',
      by: Object.fromEntries(usageDimensions.map((by) => [by, [totalOf([], 'name')]])),
      completions: { shown: 2, accepted: 1, kept: 0.5 },
      budgets: { day: 1, month: 0, stops: true },
      spent: { day: 1, month: 2 },
      pricesDate: '2026-09-23',
    },
  ],
};
const optional = new Set(['message']);

describe('What the pages beside the chat are told', () => {
  for (const [name, [check, value]] of Object.entries(told)) {
    it(`goes through as it is, and every part of it is looked at: ${name}`, () => {
      assert.deepEqual(check(value), value);
      for (const wrong of changed(value)) {
        assert.throws(() => check(wrong.value), { code: 'invalid' }, wrong.what);
      }
    });
  }
});

/** The value with each of its parts in turn replaced by something of another kind, or missing. */
function* changed(value: unknown, path = 'it'): Generator<{ readonly what: string; readonly value: unknown }> {
  yield { what: `${path} is of another kind`, value: Symbol('wrong') };
  if (typeof value !== 'object' || value === null) return;
  for (const [key, part] of Object.entries(value)) {
    const put = (other: unknown): unknown =>
      Array.isArray(value) ? value.with(Number(key), other) : { ...value, [key]: other };
    for (const inner of changed(part, `${path}.${key}`)) yield { what: inner.what, value: put(inner.value) };
    if (Array.isArray(value) || optional.has(key) || path.endsWith('.skipped')) continue;
    yield {
      what: `${path} has no ${key}`,
      value: Object.fromEntries(Object.entries(value).filter(([name]) => name !== key)),
    };
  }
}
