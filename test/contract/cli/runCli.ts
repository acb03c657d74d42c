import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

/** The bundle that is tested: the file that `bin` of package.json names. */
export const cliFile = path.resolve(import.meta.dirname, '../../../dist/cli.js');

/** How a run of the CLI ended and what it wrote. */
export interface CliResult {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface CliRun extends PromiseLike<CliResult> {
  readonly child: ChildProcess;
  /** Resolves when standard output holds the text. */
  hasPrinted(text: string): Promise<void>;
}

/** A folder of a user with a home of their own, for one test. */
export class CliSandbox {
  readonly directory: string;
  readonly home: string;
  /** The project that the commands are about. */
  readonly project: string;

  private constructor(directory: string) {
    this.directory = directory;
    this.home = path.join(directory, 'home');
    this.project = path.join(directory, 'project');
  }

  static async create(files: Readonly<Record<string, string | Uint8Array>>): Promise<CliSandbox> {
    const sandbox = new CliSandbox(await mkdtemp(path.join(os.tmpdir(), 'sextant-cli-')));
    await mkdir(sandbox.home);
    await mkdir(sandbox.project);
    await sandbox.write(files);
    return sandbox;
  }

  async write(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
      const file = path.join(this.project, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, content);
    }
  }

  /** Starts the CLI as a process, without a keychain and without any key of this machine. */
  run(
    args: readonly string[],
    options: { readonly env?: Record<string, string>; readonly input?: string } = {},
  ): CliRun {
    const child = spawn(process.execPath, [cliFile, ...args], {
      cwd: this.directory,
      env: this.#environment(options.env),
      // A process group of its own, so that a test can do to it what a terminal does.
      detached: true,
    });
    child.stdin.end(options.input ?? '');
    return watch(child);
  }

  /** Runs a line of the shell in which `$CLI` is the CLI. */
  shell(line: string): CliRun {
    const env = { ...this.#environment({}), CLI: `${process.execPath} ${cliFile}` };
    return watch(spawn('bash', ['-c', line], { cwd: this.directory, env }));
  }

  /** Every file and folder of the project with its size and times: what a command that writes nothing leaves alone. */
  async projectState(): Promise<string[]> {
    const entries = await readdir(this.project, { recursive: true });
    const states = entries.sort().map(async (entry) => {
      const { size, mtimeMs, mode } = await stat(path.join(this.project, entry));
      return [entry, size, mtimeMs, mode].join(' ');
    });
    return await Promise.all(states);
  }

  /** Everything below a folder of the sandbox. */
  async files(folder: string): Promise<string[]> {
    return await readdir(path.join(this.directory, folder), { recursive: true });
  }

  async read(file: string): Promise<Buffer> {
    return await readFile(path.join(this.directory, file));
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }

  #environment(more: Record<string, string> = {}): NodeJS.ProcessEnv {
    const { PATH = '', TMPDIR = os.tmpdir() } = process.env;
    return { PATH, TMPDIR, HOME: this.home, XDG_DATA_HOME: path.join(this.home, 'data'), ...more };
  }
}

function watch(child: ChildProcess): CliRun {
  let out = '';
  let err = '';
  const waiting = new Set<() => void>();
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    for (const look of [...waiting]) look();
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (err += text));
  const result = new Promise<CliResult>((resolve) => {
    child.on('close', (code) => {
      resolve({ code, out, err });
    });
  });
  const hasPrinted = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!out.includes(text)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
      void result.then(() => {
        reject(new Error(`It ended without printing “${text}”: ${out}${err}`));
      });
    });
  return { child, hasPrinted, then: (...handlers) => result.then(...handlers) };
}
