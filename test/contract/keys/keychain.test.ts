import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { skipBecause } from '../../harness/skip.ts';
import { cliFile } from '../cli/runCli.ts';

const SCRIPT = path.join(import.meta.dirname, '../../fixtures/keyRingScript.ts');
const KEYCHAIN = 'the OS keychain';
const FALLBACK = 'the fallback';

describe('the OS keychain', () => {
  const missing = whatIsMissing();
  if (missing !== null) {
    it('keeps keys in a real Secret Service', function () {
      skipBecause(this, missing);
    });
  } else {
    describe('with a real Secret Service', () => {
      let session: Session | undefined;
      const the = (): Session => session ?? assert.fail('there is no session');

      before(async () => {
        session = await Session.start();
      });
      after(async () => {
        await session?.stop();
      });

      it('keeps, replaces and deletes a key, and says where it is', async () => {
        assert.deepEqual(
          await the().run([
            ['problem'],
            ['vault'],
            ['locate', 'openai'],
            ['set', 'openai', ' first-key\n'],
            ['get', 'openai'],
            ['set', 'openai', 'second-key'],
            ['get', 'openai'],
            ['locate', 'openai'],
            ['delete', 'openai'],
            ['get', 'openai'],
            ['delete', 'openai'],
          ]),
          [null, KEYCHAIN, null, KEYCHAIN, 'first-key', KEYCHAIN, 'second-key', KEYCHAIN, true, null, false],
        );
      });

      it('lets a key be moved out and back', async () => {
        assert.deepEqual(
          await the().run([
            ['set', 'openai', 'key-one'],
            ['move', 'openai', 'fallback'],
            ['locate', 'openai'],
            ['get', 'openai'],
            ['move', 'openai', 'keychain'],
            ['locate', 'openai'],
            ['get', 'openai'],
          ]),
          [KEYCHAIN, null, FALLBACK, 'key-one', null, KEYCHAIN, 'key-one'],
        );
      });

      it('keeps each provider for itself, and for later processes', async () => {
        await the().run([
          ['set', 'openai', 'key-one'],
          ['set', 'anthropic', 'key-two'],
        ]);
        assert.deepEqual(
          await the().run([
            ['get', 'openai'],
            ['get', 'anthropic'],
            ['get', 'google'],
          ]),
          ['key-one', 'key-two', null],
        );
      });

      it('tells sextant doctor how many keys there are, and no key', async () => {
        await the().run([
          ['set', 'openai', 'sk-planted-one'],
          ['add', 'openai', 'sk-planted-two'],
        ]);
        const policy = path.join(the().home, 'policy.json');
        writeFileSync(policy, '{"localOnly": true}');
        const report = execFileSync(process.execPath, [cliFile, 'doctor', the().home, '--store', the().home], {
          // Nobody is asked whether they take these keys.
          env: { ...the().env, SEXTANT_KEYCHAIN_SERVICE: 'Sextant tests', SEXTANT_POLICY_FILE: policy },
          encoding: 'utf8',
        });
        assert.match(report, /✔ keys: openai +2 keys are stored\./);
        assert.doesNotMatch(report, /planted/);
      });

      it('does not see what is filed under another service', async () => {
        await the().run([['set', 'openai', 'key-one']]);
        assert.deepEqual(await the().run([['get', 'openai']], { service: 'Sextant tests, another' }), [null]);
      });

      it('refuses a key that cannot be one before it is stored', async () => {
        await the().run([['set', 'openai', 'key-one']]);
        const [refused, kept] = await the().run([
          ['set', 'openai', 'key\ninjected'],
          ['get', 'openai'],
        ]);
        assert.match((refused as { error: string }).error, /line break/);
        assert.equal(kept, 'key-one');
      });

      it('does not wait for one that hangs, and uses it again when it is back', async () => {
        const child = the().open({ timeoutMs: 300 });
        assert.equal(await child.ask(['set', 'openai', 'old-key']), KEYCHAIN);
        the().pauseKeyring();
        assert.equal(await child.ask(['set', 'openai', 'new-key']), FALLBACK);
        assert.match(String(await child.ask(['problem'])), /cannot be used: it does not answer/);
        assert.equal(await child.ask(['get', 'openai']), 'new-key');
        the().resumeKeyring();
        while ((await child.ask(['problem'])) !== null) await new Promise((resolve) => setTimeout(resolve, 20));
        assert.equal(await child.ask(['get', 'openai']), 'new-key', 'the newer one wins');
        assert.equal(await child.ask(['set', 'openai', 'newest-key']), KEYCHAIN);
        assert.equal(await child.ask(['get', 'openai']), 'newest-key');
        await child.end();
        assert.deepEqual(await the().run([['get', 'openai']]), ['newest-key']);
      });
    }).timeout(20_000);
  }

  if (process.platform !== 'linux') {
    it('gives way to the fallback where there is none', function () {
      skipBecause(this, `${process.platform} always has one`);
    });
    return;
  }

  it('gives way to the fallback where there is no Secret Service, without waiting', async () => {
    const child = openScript({ PATH: process.env['PATH'] ?? '', HOME: os.tmpdir() });
    assert.match(String(await child.ask(['problem'])), /^The OS keychain cannot be used: .*\.$/);
    assert.equal(await child.ask(['vault']), FALLBACK);
    assert.equal(await child.ask(['set', 'openai', 'a-key']), FALLBACK);
    assert.equal(await child.ask(['get', 'openai']), 'a-key');
    assert.equal(await child.ask(['locate', 'openai']), FALLBACK);
    assert.equal(await child.ask(['delete', 'openai']), true);
    assert.equal(await child.ask(['get', 'openai']), null);
    await child.end();
  }).timeout(10_000);
});

function whatIsMissing(): string | null {
  if (process.platform !== 'linux') return `the test knows only Linux's, this is ${process.platform}`;
  for (const [command, debianPackage] of [
    ['dbus-daemon', 'dbus'],
    ['dbus-send', 'dbus'],
    ['gnome-keyring-daemon', 'gnome-keyring'],
  ] as const) {
    try {
      execFileSync('/bin/sh', ['-c', `command -v ${command}`], { stdio: 'ignore' });
    } catch {
      return `${command} is not installed; on Debian: apt-get install ${debianPackage} libsecret-1-0`;
    }
  }
  return null;
}

interface Script {
  ask(step: readonly string[]): Promise<unknown>;
  end(): Promise<void>;
}

function openScript(env: Record<string, string>, service = 'Sextant tests', timeoutMs = 15_000): Script {
  const child = spawn(process.execPath, [SCRIPT, service, String(timeoutMs)], {
    env,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask(step) {
      child.stdin.write(`${JSON.stringify(step)}\n`);
      const line = await lines.next();
      return line.done === true ? assert.fail('the process ended early') : (JSON.parse(line.value) as unknown);
    },
    async end() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.stdin.end();
      await ended;
    },
  };
}

/** A bus and a keyring of their own, whose files lie in a folder that is removed. */
class Session {
  readonly home: string;
  readonly #bus: ChildProcess;
  readonly #keyring: ChildProcess;
  readonly env: Record<string, string>;

  private constructor(home: string, env: Record<string, string>, bus: ChildProcess, keyring: ChildProcess) {
    this.home = home;
    this.env = env;
    this.#bus = bus;
    this.#keyring = keyring;
  }

  static async start(): Promise<Session> {
    const home = mkdtempSync(path.join(os.tmpdir(), 'sextant-keys-'));
    const base = { PATH: process.env['PATH'] ?? '', HOME: home, XDG_RUNTIME_DIR: home, XDG_DATA_HOME: home };
    const bus = spawn('dbus-daemon', ['--session', '--nofork', '--print-address=1'], {
      env: base,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const address = await firstLine(bus);
    const env = { ...base, DBUS_SESSION_BUS_ADDRESS: address };
    const keyring = spawn('gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'], {
      env,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    keyring.stdin.end('test-password');
    const session = new Session(home, env, bus, keyring);
    // Whoever asks for the service before it is there makes the bus start another, locked one.
    while (!session.#isServing()) await new Promise((resolve) => setTimeout(resolve, 20));
    return session;
  }

  #isServing(): boolean {
    const names = ['--dest=org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus.ListNames'];
    const reply = execFileSync('dbus-send', ['--session', '--print-reply', ...names], {
      env: this.env,
      encoding: 'utf8',
    });
    return reply.includes('"org.freedesktop.secrets"');
  }

  open({ service = 'Sextant tests', timeoutMs = 15_000 } = {}): Script {
    return openScript(this.env, service, timeoutMs);
  }

  async run(steps: readonly (readonly string[])[], options: { service?: string } = {}): Promise<unknown[]> {
    const script = this.open(options);
    const results: unknown[] = [];
    for (const step of steps) results.push(await script.ask(step));
    await script.end();
    return results;
  }

  pauseKeyring(): void {
    this.#keyring.kill('SIGSTOP');
    const stat = (): string => readFileSync(`/proc/${String(this.#keyring.pid)}/stat`, 'utf8');
    while (!/\) [Tt] /.test(stat()));
  }

  resumeKeyring(): void {
    this.#keyring.kill('SIGCONT');
  }

  async stop(): Promise<void> {
    for (const child of [this.#keyring, this.#bus]) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null && child.kill('SIGKILL')) await ended;
    }
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) return assert.fail('it has no output');
  for await (const line of createInterface({ input: child.stdout })) return line;
  return assert.fail('it ended without a word');
}
