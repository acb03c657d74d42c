import assert from 'node:assert/strict';
import fc from 'fast-check';
import { chunkFile } from '../../../../src/index/chunks/chunkFile.node.ts';
import { signatureText } from '../../../../src/index/chunks/declarations.ts';
import { Grammars } from '../../../../src/index/chunks/grammars.node.ts';
import { languageOf } from '../../../../src/index/chunks/languages.ts';
import { FileGraph, rankFiles } from '../../../../src/index/graph/fileGraph.ts';
import type { ProjectFacts } from '../../../../src/index/graph/importResolver.ts';
import { makeOutline } from '../../../../src/index/graph/makeOutline.ts';
import { type FileOutline, packOutline, unpackOutline } from '../../../../src/index/graph/outline.ts';
import { importNeighbours, relatedFiles } from '../../../../src/index/graph/relatedFiles.ts';
import { type RepositoryMap, makeMap } from '../../../../src/index/graph/repositoryMap.ts';
import { assetDirectory } from '../assets.ts';

const noFacts: ProjectFacts = { goModules: [], packages: [], crates: [], aliases: [] };
const grammars = new Grammars(assetDirectory);

async function outlineOf(path: string, text: string): Promise<FileOutline> {
  const { definitions } = await chunkFile(path, text, grammars);
  return unpackOutline(packOutline(makeOutline(path, text, definitions)));
}

async function graphOf(texts: Readonly<Record<string, string>>, facts = noFacts): Promise<FileGraph> {
  const files = await Promise.all(
    Object.entries(texts).map(async ([path, text]) => ({
      path,
      language: languageOf(path).id,
      outline: await outlineOf(path, text),
    })),
  );
  return await FileGraph.create(files, facts, () => undefined);
}

const shop = {
  'src/money.ts':
    '/** An amount. */\nexport class Money {\n  readonly #cents = 0;\n  plus(other: Money): Money {\n    return other;\n  }\n}\n' +
    'export function formatMoney(money: Money): string {\n  return helper(money);\n}\nfunction helper(money: Money): string {\n  return String(money);\n}\n',
  'src/cart.ts':
    "import { Money } from './money.ts';\nexport interface CartItem {\n  price: Money;\n}\nexport class Cart {\n  total(): Money {\n    return new Money().plus(new Money());\n  }\n}\n",
  'src/invoice.ts':
    "import { Cart } from './cart.ts';\nimport { Money, formatMoney } from './money.ts';\nexport const printInvoice = (cart: Cart): string => formatMoney(cart.total());\n",
  'src/unrelated.ts': "export function formatDate(): string {\n  return 'formatMoney';\n} // Money\n",
  'test/cart.test.ts': "import { Cart } from '../src/cart.ts';\nnew Cart().total();\n",
  'README.md': '# Shop\n\nCall `formatMoney` for an amount.\n',
};

describe('What files define', () => {
  for (const [name, text, symbols] of [
    [
      'a.ts',
      'export class A {\n  private hidden() {}\n  #secret = () => 1;\n  shown() {}\n}\nfunction own() {}\nconst x = 1;\nexport { x };\n',
      ['A', 'A.shown', 'x'],
    ],
    ['a.js', 'function a() {}\nmodule.exports = { a };\nexports.b = function () {};\n', ['a', 'b']],
    [
      'a.py',
      'class A:\n    def m(self):\n        def inner(): pass\n    def _own(self): pass\n\ntry:\n    def f(): pass\nexcept E:\n    pass\n',
      ['A', 'A.m', 'f'],
    ],
    [
      'a.go',
      'package a\nfunc F() {}\nfunc (q *Queue[T]) Push() {}\ntype S struct { x int }\n',
      ['F', 'Queue.Push', 'S'],
    ],
    [
      'a.rs',
      'pub struct S { a: i32 }\nimpl S { pub fn make() -> S { S { a: 1 } } }\nmod m { pub fn f() {} }\n',
      ['S', 'S.make', 'm', 'm.f'],
    ],
    [
      'A.java',
      'package a;\nclass A { int x; private void own() {} public void shown() {} enum E { X } }\n',
      ['A', 'A.shown', 'A.E'],
    ],
    [
      'a.c',
      'static int own(void) { return 1; }\nint shown(int *a) { return 1; }\n#ifdef X\nvoid maybe(void) {}\n#endif\nstruct s { int a; };\n',
      ['shown', 'maybe', 's'],
    ],
    [
      'a.cs',
      'namespace N { class A { private void Own() {} public int P { get; set; } public void Shown() {} } }\n',
      ['N', 'N.A', 'N.A.Shown'],
    ],
    ['a.rb', 'module M\n  class A\n    def run; end\n  end\nend\n', ['M', 'M.A', 'M.A.run']],
    [
      'a.php',
      '<?php\nnamespace App;\nclass A { private function own() {} public function run() {} }\nfunction f() {}\n',
      ['A', 'A.run', 'f'],
    ],
    ['a.sh', 'build() {\n  echo\n}\n', ['build']],
  ] as const) {
    it(`is what others can use: ${name}`, async () => {
      const { definitions } = await outlineOf(name, text);
      assert.deepEqual(
        definitions.map(({ symbol }) => symbol).filter((symbol) => symbol !== 'App'),
        symbols,
      );
    });
  }

  it('comes back as it was packed', () => {
    const word = fc.string({ maxLength: 20 });
    const line = fc.nat(100_000);
    const plain = { noNullPrototype: true };
    const entry = fc.record({ symbol: word, kind: word, startLine: line, endLine: line }, plain);
    const references = fc
      .array(fc.tuple(fc.nat(2 ** 31 - 1), fc.integer({ min: 1, max: 255 })))
      .map((pairs) => new Map(pairs));
    const outline = fc.record({ imports: fc.array(word), definitions: fc.array(entry), references }, plain);
    fc.assert(
      fc.property(outline, (made) => {
        assert.deepEqual(unpackOutline(packOutline(made)), made);
      }),
      { numRuns: 50 },
    );
    assert.deepEqual(unpackOutline(new Uint8Array(20)).imports, []);
  });
});

describe('Related files', () => {
  const paths = async (path: string, limit = 10): Promise<string[]> =>
    relatedFiles(await graphOf(shop), path, limit).map((file) => file.path);

  it('are those that a file uses, that use it, and its tests, nearest first', async () => {
    const related = relatedFiles(await graphOf(shop), 'src/cart.ts', 10);
    assert.deepEqual(
      related.map(({ path, reasons }) => [path, reasons]),
      [
        ['test/cart.test.ts', ['imports it: Cart, total', 'tests it']],
        ['src/money.ts', ['imported: Money, plus']],
        ['src/invoice.ts', ['imports it: Cart, total']],
      ],
    );
  });

  it('are not those that only have a word in a comment or a string', async () => {
    assert.deepEqual(await paths('src/unrelated.ts'), []);
    assert.ok(!(await paths('src/money.ts')).includes('src/unrelated.ts'));
  });

  it('are also texts that speak of what is in them', async () => {
    assert.ok((await paths('src/money.ts')).includes('README.md'));
  });

  it('are as many as asked for, and none of a file that is not there', async () => {
    assert.equal((await paths('src/money.ts', 2)).length, 2);
    assert.deepEqual(await paths('gone.ts'), []);
  });

  it('in a package of Go are found without imports, across packages with them', async () => {
    const graph = await graphOf(
      {
        'go.mod': 'module example.org/shop\n',
        'main.go': 'package main\n\nimport "example.org/shop/cart"\n\nfunc main() { cart.NewCart() }\n',
        'cart/cart.go': 'package cart\n\nfunc NewCart() int { return roundUp(1) }\n',
        'cart/round.go': 'package cart\n\nfunc roundUp(n int) int { return n }\n',
        'other/x.go': 'package other\n\nfunc unused() {}\n',
      },
      { ...noFacts, goModules: [{ folder: '', name: 'example.org/shop' }] },
    );
    const related = relatedFiles(graph, 'cart/cart.go', 10).map(({ path }) => path);
    assert.deepEqual(related.sort(), ['cart/round.go', 'main.go']);
  });
});

describe('The rank of a file', () => {
  it('is not raised by everybody’s words that it happens to define', async () => {
    const users = Object.fromEntries(
      Array.from({ length: 30 }, (_, at) => [
        `app/use${at}.py`,
        `from app import store\n\n\ndef run${at}(text):\n    store.save(list(text.decode()))\n`,
      ]),
    );
    const graph = await graphOf({
      'app/store.py': 'def save(rows):\n    return rows\n',
      'app/gpg.py': 'def list(key_file):\n    return key_file\n',
      'app/vm.py': 'def decode(key):\n    return key\n',
      ...users,
    });
    const ranks = rankFiles(graph, 'rests on');
    const of = (path: string): number => ranks[graph.numberOf(path) ?? -1] ?? 0;
    assert.ok(of('app/store.py') > 10 * of('app/gpg.py'), `${of('app/store.py')} ${of('app/gpg.py')}`);
    assert.ok(of('app/vm.py') <= of('app/gpg.py'));
  });
});

describe('A signature', () => {
  for (const [text, expected] of [
    ['def f(a):  # noqa: E501', 'def f(a)'],
    ['def f(a):\n    # Says what is\n    # not in it', 'def f(a)'],
    ['#define MAX(a) (a)', '#define MAX(a) (a)'],
    ['#[derive(Debug)] struct A {', '#[derive(Debug)] struct A'],
  ] as const) {
    it(`is told without comments: ${JSON.stringify(text)}`, () => {
      assert.equal(signatureText(text.split('\n'), { startLine: 1, endLine: 9 }), expected);
    });
  }
});

describe('Neighbours by import', () => {
  it('are what some files import and what imports them, and not what only uses a name', async () => {
    const graph = await graphOf(shop);
    const near = (...paths: string[]): string[] => [...importNeighbours(graph, new Set(paths))].sort();
    assert.deepEqual(near('src/cart.ts'), ['src/invoice.ts', 'src/money.ts', 'test/cart.test.ts']);
    assert.deepEqual(near('src/cart.ts', 'src/money.ts'), ['src/invoice.ts', 'test/cart.test.ts']);
    assert.deepEqual(near('README.md', 'src/gone.ts'), []);
    assert.deepEqual(near(), []);
  });
});

describe('The repository map', () => {
  const map = async (
    graph: FileGraph,
    texts: Readonly<Record<string, string>>,
    words: number,
  ): Promise<RepositoryMap> =>
    makeMap(graph, words, {
      signature: async (path, entry) => signatureText((texts[path] ?? '').split('\n'), entry),
      countTokens: async (text) => text.split(/\s+/).filter(Boolean).length,
    });

  it('shows what is used most first, with signatures, the type before its members', async () => {
    const { text, files } = await map(await graphOf(shop), shop, 1000);
    assert.equal(files[0]?.path, 'src/money.ts');
    assert.ok(
      text.startsWith(
        'src/money.ts\n  export class Money\n    plus(other: Money): Money\n  export function formatMoney(money: Money): string\n',
      ),
      text,
    );
    assert.doesNotMatch(text, /helper/);
  });

  it('never takes more than its budget, and grows with it', async () => {
    const graph = await graphOf(shop);
    let before = 0;
    for (let words = 1; words < 80; words++) {
      const { tokens, text } = await map(graph, shop, words);
      assert.ok(tokens <= words);
      assert.equal(tokens, text.split(/\s+/).filter(Boolean).length);
      assert.ok(tokens >= before || words - before < 10, 'more room shows more');
      before = tokens;
    }
    assert.equal(before, (await map(graph, shop, 10_000)).tokens);
  });

  it('ranks what others rest on before what nobody uses, whatever the graph is like', async () => {
    const graph = await graphOf(shop);
    const ranks = rankFiles(graph, 'rests on');
    const rank = (path: string): number => ranks[graph.numberOf(path) ?? -1] ?? Number.NaN;
    assert.ok(rank('src/money.ts') > rank('src/cart.ts') && rank('src/cart.ts') > rank('src/unrelated.ts'));
    assert.ok(Math.abs(ranks.reduce((sum, value) => sum + value, 0) - 1) < 1e-6);
  });

  it('is empty for an empty project, and for one that says nothing', async () => {
    for (const texts of [{}, { 'a.txt': 'x' }]) assert.equal((await map(await graphOf(texts), texts, 0)).text, '');
  });
});
