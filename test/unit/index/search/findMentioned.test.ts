import assert from 'node:assert/strict';
import { termsOf } from '../../../../src/index/keywords/terms.ts';
import { type Mentioned, findMentioned } from '../../../../src/index/search/findMentioned.ts';
import { readMentions } from '../../../../src/index/search/readMentions.ts';
import { SearchIndex } from '../../../../src/index/search/searchIndex.ts';

describe('findMentioned', () => {
  const index = SearchIndex.create(16);
  const slots = new Map<string, number>();

  /** Each chunk has ten lines, one after the other. */
  const add = (path: string, ...chunks: readonly { symbol: string; text?: string; declaredAt?: number }[]): void => {
    const [id = 0] = index.catalogue.ids.next(1);
    const own = index.catalogue.slots.next(chunks.length);
    const declaration = (line: number): object => ({ declaration: { signature: { startLine: line, endLine: line } } });
    index.add({
      file: { id, path, language: 'plaintext', contentHash: '', sizeBytes: 1, modifiedUs: 1, revision: 1 },
      chunks: chunks.map(({ symbol, declaredAt }, at) => ({
        ...{ startLine: at * 10 + 1, endLine: at * 10 + 10, symbol, kind: 'function', textHash: '' },
        ...(declaredAt === undefined ? {} : declaration(declaredAt)),
      })),
      slots: own,
      outline: new Uint8Array(0),
      texts: chunks.map(({ text = '' }) => text),
      vectors: own.map(() => new Int8Array(16)),
    });
    for (const [at, slot] of own.entries()) slots.set(`${path}:${at}`, slot);
  };
  add(
    'src/engine.ts',
    { symbol: 'Engine' },
    { symbol: 'Engine.run', declaredAt: 11 },
    { symbol: 'Engine.run', declaredAt: 11 },
  );
  add('src/motor/engine.ts', { symbol: 'run', text: 'says that nothing was found' });
  add('src/a/Main.java', { symbol: 'Main.main' });
  add('lib/queue.py', { symbol: 'push', text: 'found nothing that was lost' });
  add('node_modules/x/engine.ts', { symbol: '' });

  const nameOf = (slot: number): string => [...slots].find(([, each]) => each === slot)?.[0] ?? '';
  const find = (query: string): Mentioned =>
    findMentioned(index, readMentions(query), index.text.score(termsOf(query)));

  const traces: readonly (readonly [what: string, trace: string, places: readonly string[]])[] = [
    [
      'in its order',
      ' at f (src/motor/engine.ts:3:1)\n at g (src/engine.ts:25:1)',
      ['src/motor/engine.ts:0', 'src/engine.ts:2'],
    ],
    ['of another machine', ' at f (/home/me/work/src/engine.ts:12:1)', ['src/engine.ts:1']],
    ['that names less than the folder', '  File "motor/engine.ts", line 1', ['src/motor/engine.ts:0']],
    ['of Java', '\tat a.Main.main(Main.java:4)', ['src/a/Main.java:0']],
    ['in other letters', ' at f (SRC/Engine.ts:2:1)', ['src/engine.ts:0']],
    ['through what others wrote', ' at f (/app/node_modules/y/src/engine.ts:2:1)', []],
    ['to a line that is not there', ' at f (src/engine.ts:900:1)', []],
    ['to a file that is not there', ' at f (src/gone.ts:1:1)', []],
  ];
  for (const [what, trace, expected] of traces) {
    it(`finds the places of a trace ${what}`, () => {
      const places = [...find(trace).places].sort(([, a], [, b]) => b - a);
      assert.deepEqual(
        places.map(([slot]) => nameOf(slot)),
        expected,
      );
    });
  }

  it('finds the files that are named, by as much of the path as is there', () => {
    const named = (query: string): string[] => [...find(query).named].map(nameOf).sort();
    assert.deepEqual(named('what is in queue.py?'), ['lib/queue.py:0']);
    assert.deepEqual(named('motor/engine.ts'), ['src/motor/engine.ts:0']);
    assert.equal(named('engine.ts').length, 5);
    assert.deepEqual(named('gine.ts or and/or'), []);
    assert.deepEqual(find('look into src/motor/').folders, ['/src/motor/']);
  });

  it('finds the definition of a name, its declaration before the rest of it', () => {
    const defining = (query: string): (readonly [string, number])[] =>
      [...find(query).defining].map(([slot, share]) => [nameOf(slot), share] as const).sort();
    assert.deepEqual(defining('what does Engine.run do'), [
      ['src/engine.ts:1', 1],
      ['src/engine.ts:2', 0.8],
    ]);
    assert.deepEqual(defining('`Engine`'), [['src/engine.ts:0', 1]]);
    assert.deepEqual(defining('queue.push'), [['lib/queue.py:0', 1]]);
    assert.deepEqual(defining('engine::Run or engine.push'), []);
  });

  it('takes a name that nothing has for the beginning of one', () => {
    const begun = (query: string): string[] => [...find(query).defining.keys()].map(nameOf).sort();
    assert.deepEqual(begun('Eng'), ['src/engine.ts:0']);
    assert.deepEqual(begun('main.mai'), ['src/a/Main.java:0']);
    assert.deepEqual(begun('Engine'), ['src/engine.ts:0']);
    assert.deepEqual(begun('ngine'), []);
  });

  it('finds what may have the words in quotes', () => {
    assert.equal(find('who says "nothing was found"').quoting.slots.length, 2);
    assert.equal(find('who says "nothing was sought"').quoting.slots.length, 0);
    assert.equal(find('what is "=="').quoting.slots.length, 0);
  });
});
