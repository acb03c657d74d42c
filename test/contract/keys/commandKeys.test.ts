import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { commandKeys } from '../../../src/keys/commandKeys.node.ts';

const PLANTED = 'planted-key-77e0';
const node = `"${process.execPath}"`;
const print = (script: string): string => `${node} -e "${script}"`;

describe('a command that prints a key', () => {
  let directory: string;

  before(() => {
    directory = mkdtempSync(path.join(os.tmpdir(), 'sextant-command-'));
  });
  after(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const run = (command: string, timeoutMs = 20_000): Promise<string> => {
    const found = commandKeys((provider) => (provider === 'openai' ? command : undefined), { timeoutMs })('openai');
    return found?.() ?? assert.fail('there is a command');
  };

  it('gives what it prints, without the line end', async () => {
    assert.equal(await run(print(`console.log(' ${PLANTED} ')`)), PLANTED);
  });

  it('runs in the user’s home, and not in the folder that is open', async () => {
    assert.equal(
      await run(print(`process.stdout.write(process.cwd().replace(/\\s/g,''))`)),
      os.homedir().replace(/\s/g, ''),
    );
  });

  it('is none where the setting has none, or an empty one', () => {
    const keys = commandKeys((provider) => (provider === 'openai' ? '  ' : undefined));
    assert.equal(keys('openai'), undefined);
    assert.equal(keys('anthropic'), undefined);
  });

  it('runs anew where what it has printed was refused, and that is used from then on', async () => {
    const log = path.join(directory, 'tokens').replaceAll('\\', '/');
    const count = `const fs=require('fs');fs.appendFileSync('${log}','x')`;
    const keys = commandKeys(() => print(`${count};console.log('token-'+fs.statSync('${log}').size)`));
    const key = keys('vertex') ?? assert.fail('there is a command');
    assert.deepEqual(
      [await key(), await key(), await key('anew'), await key()],
      ['token-1', 'token-1', 'token-2', 'token-2'],
    );
  });

  it('runs once for several requests at a time and in a row, and again after it has failed', async () => {
    const log = path.join(directory, 'runs').replaceAll('\\', '/');
    const count = `require('fs').appendFileSync('${log}','x')`;
    const keys = commandKeys((provider) =>
      print(`${count};${provider === 'openai' ? `console.log('${PLANTED}')` : 'process.exit(1)'}`),
    );
    const runs = (): number => readFileSync(log).byteLength;
    await Promise.all([keys('openai')?.(), keys('openai')?.()]);
    assert.equal(await keys('openai')?.(), PLANTED);
    assert.equal(runs(), 1);
    await assert.rejects(async () => keys('google')?.());
    await assert.rejects(async () => keys('google')?.());
    assert.equal(runs(), 3);
  });

  for (const [what, script, said] of [
    ['that fails', `console.log('${PLANTED}');process.exit(3)`, /“openai”: It failed\. Run it in a terminal/],
    ['that prints nothing', '', /The key is empty/],
    ['that prints more than a key', `console.log('${PLANTED} and more')`, /has a space/],
    ['that prints without end', `setInterval(()=>process.stdout.write('${PLANTED}'.repeat(9999)))`, /too long/],
  ] as const) {
    it(`says of one ${what}, and not what it printed`, async () => {
      await assert.rejects(run(print(script)), (error: Error) => {
        assert.match(error.message, said);
        assert.ok(!error.message.includes(PLANTED));
        return true;
      });
    });
  }

  it('says of one that is not there', async () => {
    await assert.rejects(run('sextant-no-such-command'), /It failed|could not be started/);
  });

  it('ends one that takes too long, with all that it has started', async function () {
    this.timeout(20_000);
    const file = path.join(directory, 'pid');
    await assert.rejects(run(`sh -c 'echo $$ > "${file}"; exec sleep 600' & wait`, 3_000), /took too long/);
    const pid = Number(readFileSync(file, 'utf8'));
    await gone(pid);
  });
});

async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
