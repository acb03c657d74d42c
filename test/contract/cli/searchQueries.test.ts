import assert from 'node:assert/strict';
import { CliSandbox } from './runCli.ts';

interface Hit {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly symbol: string;
}

/** A function of ten lines that is about one thing. */
function aFunction(name: string, verb: string, noun: string): string {
  return [
    `export function ${name}(${noun}: string[]): string[] {`,
    `  const ${verb}ed: string[] = [];`,
    `  for (const each of ${noun}) {`,
    `    if (each === '') throw new Error('The ${noun} cannot be ${verb}ed.');`,
    `    // ${verb} what is not there yet`,
    `    if (!${verb}ed.includes(each)) ${verb}ed.push(each);`,
    '  }',
    `  ${verb}ed.sort();`,
    `  return ${verb}ed;`,
    '}',
  ].join('\n');
}

const long = Array.from({ length: 160 }, (_, at) => `  total += marmalade(${at}, 'jar ${at}');`).join('\n');

const project = {
  'src/store/openStore.ts': `${aFunction('openStore', 'unlock', 'drawers')}\n`,
  'src/store/seal.ts': `${aFunction('sealEnvelope', 'seal', 'envelopes')}\n\n${aFunction('breakSeal', 'break', 'waxes')}\n`,
  'src/garden.ts': `${aFunction('waterPlants', 'water', 'tomatoes')}\n`,
  'src/kitchen.ts': `export function cook(): number {\n  let total = 0;\n${long}\n  return total;\n}\n`,
  'vendor/garden.ts': `${aFunction('waterPlants', 'water', 'tomatoes')}\n`,
  'test/garden.test.ts': `import { waterPlants } from '../src/garden.ts';\n\nit('waters plants', () => {\n  waterPlants(['tomatoes']);\n});\n`,
  'tools/garden.py':
    'def water_plants(tomatoes):\n    """Waters all tomatoes."""\n    for each in sorted(tomatoes):\n        print("water", each)\n',
  'docs/garden.md': '# Watering plants\n\nTomatoes want water each morning, and cucumbers too.\n',
};

const queries = {
  'trace of JavaScript':
    'Error: no\n    at cook (/app/src/kitchen.ts:3:9)\n    at breakSeal (/app/src/store/seal.ts:15:5)',
  'trace of Python':
    'Traceback (most recent call last):\n  File "/x/tools/garden.py", line 3, in water_plants\nKeyError: 1',
  'file name': 'seal.ts',
  path: 'what happens in src/store/openStore.ts',
  identifier: 'breakSeal',
  'beginning of an identifier': 'openSt',
  'beginning of a word': 'cucumb',
  quote: 'who says "the waxes cannot be breaked"',
  words: 'unlock the drawers',
  copies: 'water plants tomatoes',
  neighbours: 'marmalade jar total',
  nothing: '"',
};

describe('sextant search --queries', function () {
  this.timeout(60_000);
  let sandbox: CliSandbox;
  let answers: ReadonlyMap<string, readonly Hit[]>;

  async function ask(...more: string[]): Promise<Map<string, Hit[]>> {
    const { code, out, err } = await sandbox.run(
      ['search', 'project', '--queries', '-', '--json', '--limit', '20', '--store', 'store', ...more],
      { input: JSON.stringify(Object.entries(queries).map(([id, query]) => ({ id, query }))) },
    );
    assert.deepEqual([code, err], [0, '']);
    return new Map((JSON.parse(out) as { id: string; results: Hit[] }[]).map(({ id, results }) => [id, results]));
  }

  before(async () => {
    sandbox = await CliSandbox.create(project);
    answers = await ask();
  });

  after(() => sandbox.remove());

  const of = (id: keyof typeof queries): readonly Hit[] => answers.get(id) ?? [];
  const placesOf = (id: keyof typeof queries): string[] => of(id).map(({ path, symbol }) => `${path} ${symbol}`);

  for (const [id, ...first] of [
    ['trace of JavaScript', 'src/kitchen.ts cook', 'src/store/seal.ts breakSeal'],
    ['trace of Python', 'tools/garden.py water_plants'],
    ['path', 'src/store/openStore.ts openStore'],
    ['identifier', 'src/store/seal.ts breakSeal'],
    ['beginning of an identifier', 'src/store/openStore.ts openStore'],
    ['beginning of a word', 'docs/garden.md Watering plants'],
    ['quote', 'src/store/seal.ts breakSeal'],
    ['words', 'src/store/openStore.ts openStore'],
  ] as const) {
    it(`puts first what is meant by ${id}`, () => {
      assert.deepEqual(placesOf(id).slice(0, first.length), first);
    });
  }

  it('puts the passages of a file that is named before all others', () => {
    const paths = of('file name').map(({ path }) => path);
    assert.ok(paths.lastIndexOf('src/store/seal.ts') < paths.findIndex((path) => path !== 'src/store/seal.ts'));
  });

  it('shows a copy once, and what only says the same as well', () => {
    const paths = of('copies').map(({ path }) => path);
    assert.equal(paths.filter((path) => path === 'src/garden.ts' || path === 'vendor/garden.ts').length, 1);
    for (const path of ['tools/garden.py', 'docs/garden.md']) assert.ok(paths.includes(path), path);
  });

  it('shows passages that touch as one, and none twice', () => {
    const parts = of('neighbours').filter(({ path }) => path === 'src/kitchen.ts');
    assert.ok(parts.length > 0);
    const lines = parts.flatMap(({ startLine, endLine }) =>
      Array.from({ length: endLine - startLine + 1 }, (_, at) => startLine + at),
    );
    assert.equal(new Set(lines).size, lines.length);
    assert.ok(parts.some(({ startLine, endLine }) => endLine - startLine > 60));
  });

  it('finds nothing by what says nothing', () => {
    assert.deepEqual(of('nothing'), []);
  });

  it('keeps every answer to path, language and kind', async () => {
    const filtered = await ask('--path', '{src,tools}/**', '--path', '!*.test.ts', '--language', 'typescript');
    const hits = [...filtered.values()].flat();
    assert.ok(hits.length > 0);
    assert.deepEqual(
      hits.filter(({ path }) => !path.startsWith('src/')),
      [],
    );
    const sections = [...(await ask('--kind', 'section')).values()].flat();
    assert.deepEqual([...new Set(sections.map(({ path }) => path))], ['docs/garden.md']);
  });
});
