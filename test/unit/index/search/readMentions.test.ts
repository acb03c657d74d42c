import assert from 'node:assert/strict';
import { noMentions, readMentions } from '../../../../src/index/search/readMentions.ts';

describe('readMentions', () => {
  const frames: readonly (readonly [string, string])[] = [
    ['    at parse (src/a.ts:10:5)', 'src/a.ts:10'],
    ['    at async file:///opt/x/src/a.ts:10:5', 'opt/x/src/a.ts:10'],
    ['    at Object.<anonymous> (C:\\work\\src\\a.ts:3:1)', 'work/src/a.ts:3'],
    ['    at webpack-internal:///./src/a.tsx:3:1', 'src/a.tsx:3'],
    ['  File "lib/x.py", line 3, in f', 'lib/x.py:3'],
    ['  File "C:\\my work\\x.py", line 3', 'my work/x.py:3'],
    ['\tat a.b.C.m(C.java:12)', 'a/b/C.java:12'],
    ['\tat java.base/a.b.C$D.lambda$m$0(C.java:12)', 'a/b/C.java:12'],
    ['\tat a.b.Main$.<init>(Main.scala:7)', 'a/b/Main.scala:7'],
    ['\t/home/u/go/src/x/main.go:12 +0x1d', 'home/u/go/src/x/main.go:12'],
    ['  --> src/main.rs:3:5', 'src/main.rs:3'],
    ['             at ./src/main.rs:4:5', 'src/main.rs:4'],
    ['thread ‘main’ panicked at src/main.rs:2:5:', 'src/main.rs:2'],
    ['#1  0x00005555 in main (argc=1) at ../src/main.c:42', 'src/main.c:42'],
    ["app/models/user.rb:12:in `name'", 'app/models/user.rb:12'],
    ['#0 /var/www/a.php(12): run()', 'var/www/a.php:12'],
    ['   at A.B.C() in C:\\w\\Program.cs:line 12', 'w/Program.cs:12'],
    ['src/a.c:7:3: error: expected “;”', 'src/a.c:7'],
  ];
  for (const [frame, place] of frames) {
    it(`sees a place in ${frame.trim()}`, () => {
      assert.deepEqual(
        readMentions(`It broke:\n${frame}`).places.map(({ path, line }) => `${path}:${line}`),
        [place],
      );
    });
  }

  it('keeps the order of a trace, each place once', () => {
    const { places } = readMentions('Error\n at f (b.ts:2:1)\n at g (a.ts:1:1)\n at f (b.ts:2:9)\n at main');
    assert.deepEqual(places, [
      { path: 'b.ts', line: 2 },
      { path: 'a.ts', line: 1 },
    ]);
  });

  const names: readonly (readonly [string, Partial<ReturnType<typeof readMentions>>])[] = [
    ['where are sessions cleaned up?', {}],
    ['what is in searchIndex.ts', { paths: ['searchindex.ts'], symbols: ['searchIndex.ts'], isAll: true }],
    ['look into ./src/index/', { paths: ['src/index/'] }],
    ['src/index', { paths: ['src/index'], isAll: true }],
    ['and\\or', { paths: ['and/or'], isAll: true }],
    [
      'CompletionEngine.complete',
      { paths: ['completionengine.complete'], symbols: ['CompletionEngine.complete'], isAll: true },
    ],
    ['Where is CompletionEngine::complete() defined?', { symbols: ['CompletionEngine.complete'], isAll: true }],
    ['how does std::sort or max_retries or parse() work', { symbols: ['std.sort', 'max_retries', 'parse'] }],
    ['why `flush` and this.isDone', { symbols: ['flush', 'isDone'], paths: ['this.isdone'] }],
    ['complete', { symbols: ['complete'], isAll: true }],
    ['who says "not found" or “no such file”', { quotes: ['not found', 'no such file'] }],
    ['"', {}],
    ['', {}],
  ];
  for (const [query, expected] of names) {
    it(`reads ${JSON.stringify(query)}`, () => {
      assert.deepEqual(readMentions(query), { ...noMentions, ...expected });
    });
  }

  it('takes a few of many', () => {
    const many = Array.from({ length: 500 }, (_, i) => `at f (file_${i}.ts:1)\nname_${i} "some words ${i}"`).join('\n');
    const { places, symbols, quotes } = readMentions(many);
    assert.deepEqual([places.length, symbols.length, quotes.length], [20, 8, 8]);
  });

  for (const hostile of ['a.', '/', '\\', 'a/', '"', '`', 'at a.', 'File "', '(', ':1', 'a::', '-', '…', '~.']) {
    it(`stands much of ${hostile}`, () => {
      readMentions(hostile.repeat(20_000 / hostile.length));
    });
  }
});
