import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { startModelServer } from '../../fixtures/modelServer.ts';
import { CliSandbox } from './runCli.ts';

interface Report {
  readonly ok: boolean;
  readonly checks: readonly { readonly name: string; readonly state: string; readonly detail: string }[];
}

describe('sextant doctor', function () {
  this.timeout(60_000);
  let sandbox: CliSandbox;

  beforeEach(async () => {
    sandbox = await CliSandbox.create({ 'a.ts': 'export const a = 1;\n' });
  });

  afterEach(() => sandbox.remove());

  it('reports on every part, and that all is well', async () => {
    const { code, out, err } = await sandbox.run(['doctor', 'project', '--json', '--store', 'store']);
    assert.deepEqual([code, err], [0, '']);
    const { ok, checks } = JSON.parse(out) as Report;
    assert.equal(ok, true);
    const names = new Set(checks.map(({ name }) => name));
    for (const name of [
      'versions',
      'keychain',
      'database',
      'ledger',
      'policy',
      'secret files',
      'index',
      'ollama',
      'openai',
      'anthropic',
      'google',
    ]) {
      assert.ok(names.has(name), name);
    }
    assert.match(checks.find(({ name }) => name === 'database')?.detail ?? '', /^SQLite 3\.\d+\.\d+, schema \d+/);
    assert.equal(checks.find(({ name }) => name === 'index')?.state, 'unused');
    assert.equal(checks.find(({ name }) => name === 'openai')?.detail, 'There is no key.');
  });

  it('sees the index once there is one', async () => {
    await sandbox.run(['index', 'project', '--store', 'store']);
    const { out } = await sandbox.run(['doctor', 'project', '--store', 'store']);
    assert.match(out, /✔ index +1 files in 1 passages/);
  });

  it('says which policies hold, and fails where one cannot be read', async () => {
    await writeFile(
      path.join(sandbox.directory, 'policy.json'),
      '{"allowedProviders": ["ollama"], "telemetry": false, "secretFiles": ["*.planted", "sealed/**"]}',
    );
    const args = ['doctor', 'project', '--store', 'store'];
    const good = await sandbox.run(args, { env: { SEXTANT_POLICY_FILE: 'policy.json' } });
    assert.equal(good.code, 0);
    assert.match(good.out, /✔ policy +policy\.json rules: allowedProviders, telemetry, secretFiles\./);
    assert.match(good.out, /✔ secret files +Besides those that usually are: 2 patterns of policies\./);
    assert.doesNotMatch(good.out, /planted|sealed/);
    await writeFile(path.join(sandbox.directory, 'policy.json'), '{"allowedProvider": []}');
    const bad = await sandbox.run(args, { env: { SEXTANT_POLICY_FILE: 'policy.json' } });
    assert.equal(bad.code, 1);
    assert.match(bad.out, /✖ policy +The policy policy\.json cannot be read, so nothing is sent beyond this machine/);
  });

  it('has in the ledger what the command line has sent', async () => {
    const server = await startModelServer();
    try {
      const model = ['--base-url', server.address, '--model', 'echo-large', '--store', 'store'];
      const asked = await sandbox.run(['ask', 'project', 'What is a?', ...model]);
      assert.equal(asked.code, 0, asked.err);
      const completed = await sandbox.run(['complete', 'project/a.ts', '--line', '1', '--column', '1', ...model]);
      assert.equal(completed.code, 0, completed.err);
      const { out } = await sandbox.run(['doctor', 'project', '--json', '--store', 'store']);
      const { checks } = JSON.parse(out) as Report;
      const sent = server.requests.length;
      assert.ok(sent >= 2);
      const stayed = /(\d+) stayed on it/.exec(checks.find(({ name }) => name === 'ledger')?.detail ?? '')?.[1];
      assert.equal(Number(stayed), sent);
    } finally {
      await server.close();
    }
  });

  it('names what is wrong with a key, and never the key', async () => {
    const env = { OPENAI_API_KEY: 'sk-secret 0123456789' };
    const { code, out, err } = await sandbox.run(['doctor', 'project', '--store', 'store'], { env });
    assert.equal(code, 0);
    assert.match(out, /! openai +The environment variable OPENAI_API_KEY: .*space/);
    assert.ok(!(out + err).includes('sk-secret'));
  });

  it('fails when the database cannot be used', async () => {
    await mkdir(path.join(sandbox.directory, 'store'));
    await writeFile(path.join(sandbox.directory, 'store', 'database'), 'a file where the folder belongs');
    const { code, out, err } = await sandbox.run(['doctor', 'project', '--store', 'store']);
    assert.equal(code, 1);
    assert.match(out, /✖ database/);
    assert.doesNotMatch(out + err, /\n +at /);
  });
});
