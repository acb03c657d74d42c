import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { get_encoding as getEncoding } from 'tiktoken';
import { CliSandbox } from './runCli.ts';

interface MapAnswer {
  readonly text: string;
  readonly tokens: number;
  readonly files: readonly {
    readonly path: string;
    readonly definitions: readonly { symbol: string; kind: string; line: number; signature: string }[];
  }[];
}

const project = {
  'src/money.ts': '/** An amount. */\nexport class Money {\n  plus(other: Money): Money {\n    return other;\n  }\n}\n',
  'src/cart.ts':
    "import { Money } from './money.ts';\n\nexport function total(): Money {\n  return new Money().plus(new Money());\n}\n",
  'src/main.ts':
    "import { total } from './cart.ts';\nimport { Money } from './money.ts';\n\nexport function main(): Money {\n  return total();\n}\n",
  'src/größe 😀.py': 'def grösse():\n    pass\n',
  '.env': 'KEY=1\n',
};

describe('sextant map', function () {
  this.timeout(60_000);
  let sandbox: CliSandbox;

  before(async () => {
    sandbox = await CliSandbox.create(project);
  });

  after(() => sandbox.remove());

  async function map(...args: string[]): Promise<MapAnswer> {
    const { code, out, err } = await sandbox.run(['map', 'project', '--json', '--store', 'store', ...args]);
    assert.deepEqual([code, err], [0, '']);
    return JSON.parse(out) as MapAnswer;
  }

  it('shows what is used most first: paths, and below them signatures', async () => {
    const { code, out, err } = await sandbox.run(['map', 'project', '--store', 'store']);
    assert.deepEqual([code, err], [0, '']);
    assert.ok(out.startsWith('src/money.ts\n  export class Money\n    plus(other: Money): Money\n'), out);
    for (const name of ['src/cart.ts\n  export function total(): Money\n', 'src/größe 😀.py\n  def grösse()\n']) {
      assert.ok(out.includes(name), out);
    }
    assert.ok(!out.includes('.env'));
  });

  it('keeps to its tokens exactly, as the models count them', async () => {
    const encoding = getEncoding('o200k_base');
    for (const tokens of [1, 12, 25, 40, 100]) {
      const answer = await map('--tokens', String(tokens));
      assert.equal(answer.tokens, encoding.encode(answer.text).length);
      assert.ok(answer.tokens <= tokens);
    }
    encoding.free();
  });

  it('tells as JSON where everything is', async () => {
    const [money] = (await map('--tokens', '500')).files;
    assert.equal(money?.path, 'src/money.ts');
    assert.deepEqual(money.definitions, [
      { symbol: 'Money', kind: 'class', line: 2, signature: 'export class Money' },
      { symbol: 'Money.plus', kind: 'method', line: 3, signature: 'plus(other: Money): Money' },
    ]);
    const text = readFileSync(path.join(sandbox.project, money.path), 'utf8').split('\n');
    for (const { line, signature } of money.definitions) assert.ok(text[line - 1]?.includes(signature));
  });

  it('says so when nothing fits, and refuses a number that is none', async () => {
    const nothing = await sandbox.run(['map', 'project', '--tokens', '1', '--store', 'store']);
    assert.deepEqual(nothing, { code: 0, out: '', err: 'There is nothing to show in so few tokens.\n' });
    assert.equal((await sandbox.run(['map', 'project', '--tokens', 'many', '--store', 'store'])).code, 2);
  });
});
