import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { FileLines } from '../../src/protocol/sentContext.ts';
import { followLines } from '../../src/vscode/attach/followLines.ts';
import { until } from './editFixture.ts';

describe('What is attached', () => {
  it('stays attached when its file, or a folder above it, gets another name', async () => {
    const root = vscode.workspace.workspaceFolders?.[0];
    assert.ok(root);
    const folder = root.uri.fsPath;
    const at = (name: string): vscode.Uri => vscode.Uri.joinPath(root.uri, name);
    const lines = (path: string): FileLines => ({ folder, path, startLine: 1, endLine: 2 });
    const attached = [
      { id: 'whole', place: lines('pier/crane.ts'), isWhole: true },
      { id: 'lines', place: lines('pier/crane.ts'), isWhole: false },
      { id: 'other', place: lines('pier-2/crane.ts'), isWhole: true },
    ];
    const moved = new Map<string, { readonly value: string; readonly place: FileLines }>();
    const following = followLines({
      places: () => attached.map((each) => ({ ...each, place: moved.get(each.id)?.place ?? each.place })),
      move: (id, value, place) => moved.set(id, { value, place }),
    });
    const rename = async (from: string, to: string): Promise<void> => {
      const edit = new vscode.WorkspaceEdit();
      edit.renameFile(at(from), at(to));
      assert.equal(await vscode.workspace.applyEdit(edit), true);
    };
    try {
      await vscode.workspace.fs.writeFile(at('pier/crane.ts'), Buffer.from('// one\n// two\n'));
      await rename('pier/crane.ts', 'pier/hoist.ts');
      await until(() => moved.get('lines')?.place.path === 'pier/hoist.ts');
      await rename('pier', 'quay');
      await until(() => moved.get('lines')?.place.path === 'quay/hoist.ts');
      assert.deepEqual(moved.get('lines')?.value, JSON.stringify([folder, 'quay/hoist.ts', 1, 2]));
      assert.deepEqual(moved.get('whole')?.value, JSON.stringify([folder, 'quay/hoist.ts']));
      assert.equal(moved.has('other'), false);
    } finally {
      following.dispose();
      for (const name of ['pier', 'quay']) {
        await Promise.resolve(vscode.workspace.fs.delete(at(name), { recursive: true })).catch(() => undefined);
      }
    }
  });
});
