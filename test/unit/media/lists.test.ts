import assert from 'node:assert/strict';
import { indexSentence, skippedSentence } from '../../../media/chat/indexSentence.ts';
import { linesOf, placeOf, splitPath } from '../../../media/chat/passages.ts';
import { canChoose, nextChoice, pickerRows } from '../../../media/chat/pickerRows.ts';
import type { IndexPhase } from '../../../src/protocol/contextIndex.ts';
import { offline } from '../../fixtures/webviewHost/emptySnapshot.ts';

describe('pickerRows', () => {
  const names = (count: number): string[] => Array.from({ length: count }, (_, at) => `model-${at}`);
  const provider = (name: string, models: readonly string[], problem: string | null = null) => ({
    provider: name,
    displayName: name.toUpperCase(),
    models: models.map((model) => ({ ref: { provider: name, model }, displayName: `The ${model}` })),
    problem,
  });
  const providers = [
    provider('offline', ['quote']),
    provider('ollama', ['qwen', 'gemma']),
    provider('acme', [], 'No key.'),
  ];
  const shape = (filter: string): string[] => pickerRows(providers, offline, filter).map(({ id }) => id);

  it('groups models by provider, with what is in the way, and ends with adding one and managing all', () => {
    assert.deepEqual(shape(''), [
      ...['heading offline', 'model offline quote', 'heading ollama', 'model ollama qwen', 'model ollama gemma'],
      ...['heading acme', 'setup acme', 'add', 'manage'],
    ]);
  });

  const filters = {
    'a model': { filter: 'GEMMA', rows: ['heading ollama', 'model ollama gemma', 'add', 'manage'] },
    'a provider': { filter: 'acme', rows: ['heading acme', 'setup acme', 'add', 'manage'] },
    'words in any order': { filter: ' qwen  olla', rows: ['heading ollama', 'model ollama qwen', 'add', 'manage'] },
    nothing: { filter: 'xyz', rows: ['add', 'manage'] },
  };
  for (const [name, { filter, rows }] of Object.entries(filters)) {
    it(`finds ${name}`, () => {
      assert.deepEqual(shape(filter), rows);
    });
  }

  it('marks the model that answers', () => {
    const current = pickerRows(providers, { provider: 'ollama', model: 'qwen' }, '').filter(
      (row) => row.type === 'model' && row.isCurrent,
    );
    assert.deepEqual(
      current.map(({ id }) => id),
      ['model ollama qwen'],
    );
  });

  it('lists no more than a hundred models of a provider, and finds the others', () => {
    const many = [provider('router', names(350))];
    const rows = pickerRows(many, offline, '');
    assert.equal(rows.length, 104);
    assert.deepEqual(rows.at(-3), { type: 'more', id: 'more router', count: 250 });
    assert.ok(pickerRows(many, offline, 'model-349').some(({ id }) => id === 'model router model-349'));
  });

  it('goes up and down over what can be chosen, round the ends', () => {
    const rows = pickerRows(providers, offline, '');
    const walk = (from: number, step: 1 | -1): string | undefined => rows[nextChoice(rows, from, step)]?.id;
    assert.equal(walk(-1, 1), 'model offline quote');
    assert.equal(walk(1, 1), 'model ollama qwen');
    assert.equal(walk(1, -1), 'manage');
    assert.equal(walk(rows.length - 1, 1), 'model offline quote');
    assert.ok(rows.every((row, at) => canChoose(row) || nextChoice(rows, at, 1) !== at));
  });
});

describe('The sentence on the index', () => {
  const status = (phase: IndexPhase, filesDone: number, filesTotal: number, message?: string) => ({
    ...{ phase, filesDone, filesTotal, chunks: 0, skipped: {} },
    ...(message === undefined ? {} : { message }),
  });
  const cases = [
    [status('none', 0, 0), null],
    [status('opening', 0, 0), 'Opening the index…'],
    [status('scanning', 0, 0), 'Looking for files…'],
    [status('scanning', 0, 1240), 'Looking for files… 1,240 so far'],
    [status('indexing', 1240, 9800), 'Indexing 1,240 of 9,800 files'],
    [status('paused', 1, 9800), 'Indexing paused at 1 of 9,800 files'],
    [status('ready', 1, 1), 'Index ready · 1 file'],
    [status('ready', 9800, 9800), 'Index ready · 9,800 files'],
    [status('failed', 0, 0, 'The disk is full.'), 'The disk is full.'],
    [status('failed', 0, 0), 'The index could not be built.'],
  ] as const;
  for (const [state, sentence] of cases) {
    it(`is, when ${state.phase}: ${sentence ?? 'nothing'}`, () => {
      assert.equal(indexSentence(state), sentence);
    });
  }

  it('names what was left out', () => {
    const skipped = { ...status('ready', 1, 1), skipped: { binary: 1200, 'too-large': 3, secret: 0 } };
    assert.equal(skippedSentence(skipped), '1,203 files left out: 1,200 binary, 3 too large');
    assert.equal(skippedSentence(status('ready', 1, 1)), '');
  });
});

describe('A passage', () => {
  const passage = { folder: '/w', path: 'src/a.ts', startLine: 3, endLine: 9, symbol: '', language: '', textHash: '' };

  it('is named by path and lines', () => {
    assert.equal(placeOf(passage), 'src/a.ts:3-9');
    assert.equal(linesOf({ startLine: 3, endLine: 3 }), '3');
  });

  it('lies in a folder, or in none', () => {
    assert.deepEqual(splitPath('src/lib/a.ts'), { name: 'a.ts', directory: 'src/lib' });
    assert.deepEqual(splitPath('a.ts'), { name: 'a.ts', directory: '' });
  });
});
