import assert from 'node:assert/strict';
import { CliSandbox } from './runCli.ts';

const isCampaign = process.env['SEXTANT_CAMPAIGN'] === '1';
const FILES = isCampaign ? 100_000 : 3_000;
const FILES_A_FOLDER = 500;
const NEEDLE = 2_345;

describe(`sextant with ${FILES.toLocaleString('en')} files`, function () {
  this.timeout(isCampaign ? 1_800_000 : 60_000);
  let sandbox: CliSandbox;

  before(async () => {
    sandbox = await CliSandbox.create({});
    for (let start = 0; start < FILES; start += FILES_A_FOLDER) {
      const numbers = Array.from({ length: FILES_A_FOLDER }, (_, at) => start + at);
      await sandbox.write(Object.fromEntries(numbers.map((number) => [nameOf(number), textOf(number)])));
    }
  });

  after(async () => {
    await sandbox.remove();
  });

  it('indexes every one', async () => {
    const { code, out, err } = await sandbox.run(['index', 'project', '--store', 'store']);
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, new RegExp(`^${FILES.toLocaleString('en')} files indexed`));
  });

  it('finds the one that is asked for', async () => {
    const { code, out } = await sandbox.run([
      'search',
      'project',
      'who trims the lamp wick',
      '--store',
      'store',
      '--json',
    ]);
    assert.equal(code, 0);
    const [first] = JSON.parse(out) as { path: string }[];
    assert.equal(first?.path, nameOf(NEEDLE));
  });
});

function nameOf(number: number): string {
  return `part${Math.floor(number / FILES_A_FOLDER)}/unit${number}.ts`;
}

function textOf(number: number): string {
  const what = number === NEEDLE ? 'trimTheLampWick' : `compute${number}`;
  return `export function ${what}(value: number): number {\n  return value * ${number};\n}\n`;
}
