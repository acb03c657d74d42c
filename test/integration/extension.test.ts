import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commands, extensionId } from '../../src/manifest.ts';

describe('The extension', () => {
  it('activates', async () => {
    const extension = vscode.extensions.getExtension(extensionId);
    assert.ok(extension, `VS Code does not know ${extensionId}.`);
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it('registers the commands of the manifest and no other', async () => {
    const registered = (await vscode.commands.getCommands(true)).filter((id) => id.startsWith('sextant.'));
    // VS Code adds some of its own for each view and container: to focus, move, resize, toggle.
    const generated = /^sextant\.((chat|search)\.)?(focus|resetViewLocation|removeView|open|toggleVisibility)$/;
    const own = registered.filter((id) => !generated.test(id));
    assert.deepEqual(own.sort(), Object.values(commands).sort());
  });
});

describe('The keybindings', () => {
  it('take no key from VS Code', async () => {
    const bindings = await defaultKeybindings();
    const isOwn = ({ command }: Keybinding): boolean => command.startsWith('sextant.');
    const own = bindings.filter(isOwn);
    assert.ok(own.length > 0, 'VS Code lists no keybinding of Sextant.');
    for (const { key, command, when } of own) {
      // Inside its own view Sextant may use a key that means something elsewhere.
      if (when?.includes('sextant.chatFocused') === true) continue;
      // None of these is a file that can be edited: a key that works only in those does not meet them.
      const isElsewhere = (other: Keybinding): boolean =>
        when?.includes('editorTextFocus') === true &&
        /inKeybindings|accessibilityHelpIsShown|inChat/.test(other.when ?? '');
      const taken = bindings.filter(
        (other) => !isOwn(other) && !isElsewhere(other) && (other.key === key || other.key.startsWith(`${key} `)),
      );
      assert.deepEqual(taken, [], `${key} of ${command}`);
    }
  });
});

interface Keybinding {
  readonly key: string;
  readonly command: string;
  readonly when?: string;
}

/** What *Preferences: Open Default Keyboard Shortcuts (JSON)* shows: built-in ones and those of extensions. */
async function defaultKeybindings(): Promise<Keybinding[]> {
  const document = await vscode.workspace.openTextDocument(
    vscode.Uri.parse('vscode://defaultsettings/keybindings.json'),
  );
  const withoutComments = document.getText().replaceAll(/^\s*\/\/.*$/gm, '');
  const bindings = JSON.parse(withoutComments) as Keybinding[];
  assert.ok(bindings.length > 300, 'The list of keybindings is not the expected one.');
  return bindings;
}
