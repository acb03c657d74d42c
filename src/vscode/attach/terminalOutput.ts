import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable.ts';
import { SextantError } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';
import type { Attached, AttachmentSource } from '../../chat/attach/attachmentSource.ts';
import { plainTerminalText } from '../../chat/attach/plainTerminalText.ts';
import { redactSecrets } from '../../privacy/redactSecrets.ts';

interface Run {
  readonly command: string;
  output: string;
  exitCode: number | undefined;
  /** Resolves when all of the output is there. */
  whole: Promise<void>;
}

/** Of each command the end is kept, for that is where it says what went wrong. Characters. */
const OUTPUT = 60_000;
const RUNS = 10;
/** For the output of a command that has ended. */
const OUTPUT_PATIENCE_MS = 1_000;

/** What commands in the terminals have printed, as far as the shell tells VS Code where each begins and ends. */
export class TerminalOutput implements Disposable {
  readonly #parts = new DisposableStore();
  readonly #runs = new Map<vscode.Terminal, Run[]>();
  readonly source: AttachmentSource = {
    choice: {
      id: 'terminal',
      label: t('Terminal'),
      detail: t('What the last commands have printed'),
      icon: 'terminal',
      isSearched: false,
    },
    isFrozen: true,
    find: () => Promise.resolve([]),
    read: () => this.#read(),
    open: async () => {
      await vscode.commands.executeCommand('workbench.action.terminal.focus');
    },
  };

  constructor() {
    this.#parts.add(
      vscode.window.onDidStartTerminalShellExecution(({ terminal, execution }) => {
        const run: Run = {
          command: execution.commandLine.value,
          output: '',
          exitCode: undefined,
          whole: Promise.resolve(),
        };
        this.#runs.set(terminal, [...(this.#runs.get(terminal) ?? []), run].slice(-RUNS));
        run.whole = this.#follow(run, execution);
      }),
    );
    this.#parts.add(
      vscode.window.onDidEndTerminalShellExecution(({ terminal, execution, exitCode }) => {
        const run = this.#runs.get(terminal)?.findLast(({ command }) => command === execution.commandLine.value);
        if (run !== undefined) run.exitCode = exitCode;
      }),
    );
    this.#parts.add(
      vscode.window.onDidCloseTerminal((terminal) => {
        this.#runs.delete(terminal);
      }),
    );
  }

  /** What is selected in the active terminal. */
  async selected(): Promise<Attached> {
    const text = await copied('workbench.action.terminal.copySelection');
    return text.trim() === '' ? await this.#read() : attached(t('Terminal selection'), text);
  }

  dispose(): void {
    this.#parts.dispose();
  }

  async #follow(run: Run, execution: vscode.TerminalShellExecution): Promise<void> {
    try {
      for await (const data of execution.read()) run.output = (run.output + data).slice(-OUTPUT);
    } catch {
      // The terminal is gone; what came is there.
    }
  }

  async #read(): Promise<Attached> {
    const active = vscode.window.activeTerminal;
    const runs = (active === undefined ? undefined : this.#runs.get(active)) ?? [...this.#runs.values()].at(-1) ?? [];
    const [last] = runs.slice(-1);
    if (last === undefined) {
      const sentence = t(
        'Sextant has seen no command in a terminal yet. Select text in the terminal and add it to the chat.',
      );
      throw new SextantError('not-found', sentence);
    }
    // That a command has ended may be told before the end of its output.
    if (last.exitCode !== undefined) await Promise.race([last.whole, pause(OUTPUT_PATIENCE_MS)]);
    // Of a quick command VS Code may tell the beginning after the output, which then never comes.
    if (last.exitCode !== undefined && last.output === '' && active !== undefined && runs === this.#runs.get(active))
      last.output = await copied('workbench.action.terminal.copyLastCommandOutput');
    const exit = last.exitCode === undefined ? '' : `\n(ended with ${last.exitCode})`;
    return attached(t('Terminal'), `$ ${last.command}\n${plainTerminalText(last.output)}${exit}`, last.command);
  }
}

/** What a command copies, through the clipboard, which has its text back afterwards; empty where it copies nothing. */
async function copied(command: string): Promise<string> {
  const before = await vscode.env.clipboard.readText();
  const nothing = `sextant ${crypto.randomUUID()}`;
  try {
    await vscode.env.clipboard.writeText(nothing);
    await vscode.commands.executeCommand(command);
    const text = await vscode.env.clipboard.readText();
    return text === nothing ? '' : text;
  } finally {
    await vscode.env.clipboard.writeText(before);
  }
}

function attached(label: string, text: string, detail = ''): Attached {
  const line = redactSecrets(detail).slice(0, 80);
  return { label, detail: line, place: null, content: { type: 'text', text: redactSecrets(text.slice(-OUTPUT)) } };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
