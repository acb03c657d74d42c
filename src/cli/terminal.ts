import type { Writable } from 'node:stream';

/** Where a command writes: results to `out`, everything about the work itself to `err`. */
export interface Terminal {
  /** Text for people: control characters of files and models cannot reach the terminal. */
  print(text: string): void;
  /** A value for scripts, as one JSON document. */
  printJson(value: unknown): void;
  /** A line about the work, on standard error. */
  note(line: string): void;
  /** A line that replaces the one before it; shown only where someone is watching. Null takes it away. */
  progress(line: string | null): void;
}

interface TerminalStream extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const ERASE_LINE = '\r\u001B[2K';

/** The terminal over two streams. */
export function createTerminal(out: TerminalStream, err: TerminalStream): Terminal {
  let isProgressShown = false;
  const clear = (): void => {
    if (isProgressShown) err.write(ERASE_LINE);
    isProgressShown = false;
  };
  return {
    print(text) {
      clear();
      out.write(printable(text));
    },
    printJson(value) {
      clear();
      out.write(`${JSON.stringify(value, null, 2)}\n`);
    },
    note(line) {
      clear();
      err.write(`${printable(line)}\n`);
    },
    progress(line) {
      if (err.isTTY !== true) return;
      clear();
      if (line === null) return;
      err.write(printable(line).slice(0, Math.max(0, (err.columns ?? 80) - 1)));
      isProgressShown = true;
    },
  };
}

/**
 * Resolves when everything written has left the process, or nobody reads it any more: before that
 * an exit would cut off what is piped.
 */
export async function flush(...streams: readonly Writable[]): Promise<void> {
  await Promise.all(
    streams.map((stream) => {
      return new Promise<void>((resolve) => {
        if (stream.destroyed) resolve();
        else
          stream.write('', () => {
            resolve();
          });
      });
    }),
  );
}

/** Shows control characters, which could move the cursor or rename the window, as pictures of themselves. */
function printable(text: string): string {
  return text.replaceAll(/(?![\t\n])\p{Cc}/gu, (character) => {
    const code = character.charCodeAt(0);
    if (character === '\r') return '';
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '\u2421' : '\ufffd';
  });
}
