import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as vscode from 'vscode';
import { type LoopFigures, watchFunctions, watchLoop } from '../harness/hostWork.ts';

/** What the probe tells of the time between `start` and `stop`. */
export interface HostFigures {
  readonly loop: LoopFigures;
  /** Of Sextant, each stretch; none unless it was asked for. */
  readonly stretchesMs: readonly number[];
  /** How often VS Code was asked for a definition. */
  readonly definitionsAsked: number;
}

export type ProbeQuestion =
  | { readonly type: 'start'; readonly samples: boolean }
  | { readonly type: 'stop' }
  | { readonly type: 'define'; readonly file: string; readonly line: number; readonly character: number };

/** An extension beside Sextant, in the same extension host, that looks at what goes on there. */
export function activate(context: vscode.ExtensionContext): void {
  let definitionsAsked = 0;
  let stopLoop: (() => LoopFigures) | undefined;
  let stopSampling: (() => Promise<number[]>) | undefined;
  const answer = async (question: ProbeQuestion): Promise<unknown> => {
    switch (question.type) {
      case 'start':
        definitionsAsked = 0;
        if (question.samples) stopSampling = await watchFunctions(isSextant);
        stopLoop = watchLoop();
        return null;
      case 'stop': {
        const loop = stopLoop?.();
        const stretchesMs = (await stopSampling?.()) ?? [];
        stopSampling = undefined;
        return { loop, stretchesMs, definitionsAsked };
      }
      case 'define': {
        const startedMs = performance.now();
        const position = new vscode.Position(question.line, question.character);
        const uri = vscode.Uri.file(question.file);
        await vscode.workspace.openTextDocument(uri);
        const found = await vscode.commands.executeCommand<readonly unknown[]>(
          'vscode.executeDefinitionProvider',
          uri,
          position,
        );
        return { ms: performance.now() - startedMs, found: found.length };
      }
    }
  };
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      answer(JSON.parse(body) as ProbeQuestion).then(
        (result) => response.end(JSON.stringify(result)),
        (error: unknown) => {
          response.statusCode = 500;
          response.end(String(error));
        },
      );
    });
  });
  server.listen(0, '127.0.0.1', () => {
    writeFileSync(process.env['SEXTANT_PROBE_FILE'] ?? '', String((server.address() as AddressInfo).port));
  });
  context.subscriptions.push(
    { dispose: () => void server.close() },
    vscode.languages.registerDefinitionProvider('typescript', {
      provideDefinition: () => {
        definitionsAsked++;
        return undefined;
      },
    }),
  );
}

/** VS Code's own extensions may lie below the folder that Sextant runs from, too. */
function isSextant(file: string): boolean {
  const folder = vscode.extensions.getExtension('sextant.sextant')?.extensionPath;
  const beside = folder === undefined ? undefined : file.split(`${folder}/dist/`)[1];
  return beside !== undefined && !beside.includes('/');
}
