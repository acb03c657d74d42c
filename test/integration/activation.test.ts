import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { commands, extensionId } from '../../src/manifest.ts';
import { until } from './editFixture.ts';

// Its file comes first of all: nothing of Sextant has been opened in this window yet.
describe('A window in which nobody has opened Sextant', function () {
  this.timeout(90_000);

  it('looks for keys in no file that is shown before there is a chat that it could go along with', async () => {
    const root = vscode.workspace.workspaceFolders?.[0];
    assert.ok(root);
    const shown = vscode.Uri.joinPath(root.uri, 'wharf.ts');
    await vscode.workspace.fs.writeFile(shown, Buffer.from('export const wharf = 1;\n'));
    // It says which files may be read at all.
    await vscode.commands.executeCommand(commands.indexWorkspace);
    await vscode.window.showTextDocument(shown);
    // Longer than the chat takes to follow the editor.
    await delay(1500);
    assert.deepEqual(loaded(), ['assistant.js', 'extension.js']);
    await vscode.commands.executeCommand(commands.openChat);
    await until(() => loaded().includes('secretRules.js'));
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(shown);
  });
});

/** The scripts of Sextant that this extension host has loaded. */
function loaded(): string[] {
  const dist = path.join(vscode.extensions.getExtension(extensionId)?.extensionPath ?? '', 'dist');
  const files = Object.keys(createRequire(__filename).cache);
  return files.flatMap((name) => (path.dirname(name) === dist ? [path.basename(name)] : [])).sort();
}
