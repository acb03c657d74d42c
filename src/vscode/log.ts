import * as vscode from 'vscode';
import type { Disposable } from '../base/disposable.ts';
import type { Log } from '../base/log.ts';

/** The output channel “Sextant”. `redact` takes out of each message what looks like a secret. */
export function createLog(redact: (message: string) => string): Log & Disposable & { show(): void } {
  const channel = vscode.window.createOutputChannel('Sextant', { log: true });
  return {
    debug: (message) => {
      channel.debug(redact(message));
    },
    info: (message) => {
      channel.info(redact(message));
    },
    warn: (message) => {
      channel.warn(redact(message));
    },
    error: (message) => {
      channel.error(redact(message));
    },
    show: () => {
      channel.show();
    },
    dispose: () => {
      channel.dispose();
    },
  };
}
