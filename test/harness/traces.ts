import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { EditorFixture } from './editorFixture.ts';

/** What VS Code writes when an extension lets an error go, and how an error without words for a user looks. */
const DEFECT =
  /unhandled|not handled within|cannot read propert|is not a function|is not defined|is not iterable|MaxListeners/i;
/** The server of the tests lacks some native modules, and TypeScript’s own server, and says so. */
const NOISE = /spdlog|watchdog|sqlite3|node-pty|kerberos|bin\/rg ENOENT|bundled tsserver/;

/**
 * What the windows and the server of a suite say: the console of each window, to which VS Code passes what its
 * extension host has to say, and the server's output. The server of the tests keeps no log files, for want of a
 * native module; those that there are, are read.
 */
export class Traces {
  readonly #editor: EditorFixture;
  readonly #console: string[] = [];

  private constructor(editor: EditorFixture) {
    this.#editor = editor;
  }

  /** Listens from now on; call it before the first window is opened. */
  static of(editor: EditorFixture): Traces {
    const traces = new Traces(editor);
    editor.session.on('console', (message) => traces.#console.push(message.text()));
    editor.session.on('weberror', (error) => traces.#console.push(`unhandled: ${String(error.error())}`));
    return traces;
  }

  /** Fails when they tell of an error that nobody has caught, or hold one of `secrets`. */
  async assertClean(secrets: readonly string[]): Promise<void> {
    const { directory, output } = this.#editor.server;
    const files = await filesOf(path.join(directory, 'data', 'logs'));
    const logs = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    const lines = [...this.#console, output(), ...logs].join('\n').split('\n');
    assert.ok(this.#console.length > 0, 'the windows have been listened to');
    for (const secret of secrets) {
      assert.deepEqual(
        lines.filter((line) => line.includes(secret)),
        [],
      );
    }
    assert.deepEqual(
      lines.filter((line) => DEFECT.test(line) && !NOISE.test(line)),
      [],
    );
  }
}

async function filesOf(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}
