import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import { SextantError, errorMessage, isAbort } from '../base/errors.ts';
import { symbolIcon } from '../base/symbolIcon.ts';
import { t } from '../base/texts.ts';
import type { SearchHit } from '../protocol/contextIndex.ts';
import { CodePreview } from './codePreview.ts';
import type { CodeSearch, FoundPassage } from './codeSearch.ts';
import { passageLabel } from './editorActions.ts';
import { isSecretUri } from './secretUris.ts';
import { type WorkspaceIndex, describeIndex, isCatchingUp, noFolder } from './workspaceIndex.ts';

/** Keys that follow each other faster are one question. */
const TYPING_MS = 70;

export interface SearchTools {
  readonly search: CodeSearch;
  readonly index: Pick<WorkspaceIndex, 'status' | 'onDidChangeStatus' | 'onDidRefine' | 'hasFolders' | 'start'>;
  /** Asks about a passage in the chat. */
  readonly askAbout: (hit: SearchHit) => Promise<void>;
  /** Goes on in the sidebar with what is typed. */
  readonly showInSidebar: (typed: string) => Promise<void>;
}

type Item = vscode.QuickPickItem &
  (
    | { readonly type: 'passage'; readonly hit: SearchHit }
    | { readonly type: 'hint'; readonly text: string }
    | { readonly type: 'nothing' }
  );

const askButton: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('comment-discussion'),
  get tooltip() {
    return t('Ask about this in the chat');
  },
};
const besideButton: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('split-horizontal'),
  get tooltip() {
    return t('Open to the side');
  },
};
const sidebarButton: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('layout-sidebar-left'),
  get tooltip() {
    return t('Go on in the sidebar');
  },
};

/** Searches as one types, and shows in the editor the passage that the list is at. */
export async function searchCode(tools: SearchTools): Promise<void> {
  const { search, index, showInSidebar } = tools;
  if (!index.hasFolders) throw noFolder();
  const list = new PassagePick(tools);
  const { pick } = list;
  pick.placeholder = t('Describe the code you look for');
  pick.buttons = [sidebarButton];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking = new AbortController();
  const ask = async (): Promise<void> => {
    asking.abort();
    const { signal } = (asking = new AbortController());
    const typed = pick.value;
    pick.busy = true;
    try {
      const [hints, found] = await Promise.all([search.hints(typed), search.find(typed, signal)]);
      if (!signal.aborted)
        list.fill(found, hints.map(hintItem), typed.trim() === '' ? undefined : t('No code was found.'));
    } catch (error) {
      if (!isAbort(error) && !signal.aborted) list.fill([], [], errorMessage(error));
    } finally {
      if (!signal.aborted) pick.busy = false;
    }
  };
  const tellState = (): void => {
    const isWhole = index.status.phase === 'ready' || index.status.phase === 'none';
    pick.title = isWhole
      ? t('Semantic Search')
      : t('Semantic Search: {0} What is there is searched.', describeIndex(index.status));
  };
  list.add(
    pick.onDidChangeValue(() => {
      clearTimeout(timer);
      timer = setTimeout(() => void ask(), TYPING_MS);
    }),
  );
  list.add(
    pick.onDidTriggerButton(() => {
      const typed = pick.value;
      void list.leave().then(() => showInSidebar(typed));
    }),
  );
  let wasCatchingUp = isCatchingUp(index.status);
  list.add(
    index.onDidChangeStatus((status) => {
      tellState();
      // What is new since may be what is looked for; a list that somebody goes through stays as it is.
      if (wasCatchingUp && !isCatchingUp(status) && list.isAtStart) void ask();
      wasCatchingUp = isCatchingUp(status);
    }),
  );
  list.add(
    index.onDidRefine(() => {
      if (list.isAtStart) void ask();
    }),
  );
  tellState();
  pick.value = selectedWords();
  pick.show();
  void index.start().catch(() => undefined);
  void ask();
  await list.closed;
  clearTimeout(timer);
  asking.abort();
}

/** Lists code like that which is selected, or like the line that the cursor is in. */
export async function findSimilarCode(tools: SearchTools): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) {
    throw new SextantError('not-found', t('No editor is open. Select code in one; Sextant then finds code like it.'));
  }
  const { document, selection } = editor;
  const range = selection.isEmpty ? document.lineAt(selection.active.line).range : selection;
  const text = document.getText(range);
  if (text.trim() === '') {
    throw new SextantError('invalid', t('Nothing is selected. Select the code that you want to find the like of.'));
  }
  // A selection of whole lines ends at the start of the next.
  const last = range.end.character === 0 && range.end.line > range.start.line ? range.end.line : range.end.line + 1;
  const code = { path: document.uri.fsPath, startLine: range.start.line + 1, endLine: last, text };
  const list = new PassagePick(tools);
  const { pick } = list;
  const lines = code.startLine === last ? t('line {0}', last) : t('lines {0}–{1}', code.startLine, last);
  pick.title = t('Code Similar to {0}, {1}', vscode.workspace.asRelativePath(document.uri), lines);
  pick.placeholder = t('Type to filter by name');
  pick.busy = true;
  pick.show();
  tools.search
    .findSimilar(code)
    .then((found) => {
      list.fill(found, [], t('No code in the index is like the selection.'), false);
    })
    .catch((error: unknown) => {
      list.fill([], [], errorMessage(error));
    })
    .finally(() => (pick.busy = false));
  await list.closed;
}

/** A quick pick of passages: the active one is shown in the editor, Escape goes back to where one was. */
class PassagePick {
  readonly pick = vscode.window.createQuickPick<Item>();
  /** Resolves when the list is gone and the editor is as it shall be. */
  readonly closed: Promise<void>;
  readonly #parts = new DisposableStore();
  readonly #preview = this.#parts.add(new CodePreview());
  readonly #askAbout: SearchTools['askAbout'];
  #isLeft = false;

  constructor({ askAbout }: SearchTools) {
    this.#askAbout = askAbout;
    const { pick } = this;
    this.#parts.add(pick);
    // Who clicks into the preview wants to read on, not to lose the list.
    pick.ignoreFocusOut = true;
    // The order is the ranking's. Known to VS Code, and in none of its typings yet.
    Object.assign(pick, { sortByLabel: false });
    this.add(
      pick.onDidChangeActive(([item]) => {
        if (item?.type === 'passage') void this.#preview.show(item.hit);
      }),
    );
    this.add(pick.onDidAccept(() => void this.#accept(pick.activeItems[0])));
    this.add(
      pick.onDidTriggerItemButton(({ item, button }) => {
        if (item.type !== 'passage') return;
        void this.leave(() =>
          button === askButton
            ? this.#preview.restore().then(() => this.#askAbout(item.hit))
            : this.#preview.open(item.hit, true),
        );
      }),
    );
    this.closed = new Promise((resolve) => {
      this.add(
        pick.onDidHide(() => {
          void this.leave().finally(resolve);
        }),
      );
    });
  }

  /** True while the user has not gone down the list. */
  get isAtStart(): boolean {
    return this.pick.activeItems[0] === this.pick.items[0];
  }

  add(part: Disposable): void {
    this.#parts.add(part);
  }

  /** `nothing` is said where nothing was found. `keepsAll` shows all whatever is typed. */
  fill(found: readonly FoundPassage[], hints: readonly Item[], nothing: string | undefined, keepsAll = true): void {
    const passages = found.map((each) => passageItem(each, keepsAll));
    const isEmpty = passages.length + hints.length === 0 && nothing !== undefined;
    this.pick.items = [...hints, ...passages, ...(isEmpty ? [nothingItem(nothing)] : [])];
    const [first] = passages;
    if (first !== undefined && hints.length === 0) this.pick.activeItems = [first];
  }

  /** Closes the list, once; by default one is back where one was. */
  async leave(how: () => Promise<void> = () => this.#preview.restore()): Promise<void> {
    if (this.#isLeft) return;
    this.#isLeft = true;
    this.pick.hide();
    try {
      await how();
    } catch (error) {
      void vscode.window.showErrorMessage(errorMessage(error));
    } finally {
      this.#parts.dispose();
    }
  }

  async #accept(item: Item | undefined): Promise<void> {
    if (item?.type === 'hint') {
      // What the next Enter is for stands below it.
      this.pick.items = this.pick.items.filter(({ type }) => type === 'passage');
      this.pick.value = item.text;
    }
    if (item?.type === 'passage') await this.leave(() => this.#preview.open(item.hit));
  }
}

function passageItem({ hit, shown }: FoundPassage, alwaysShow: boolean): Item {
  const name = hit.symbol === '' ? hit.path.slice(hit.path.lastIndexOf('/') + 1) : hit.symbol;
  return {
    type: 'passage',
    hit,
    label: `$(${symbolIcon(hit.kind)}) ${name}`,
    description: passageLabel(hit),
    detail: shown.text,
    alwaysShow,
    buttons: [askButton, besideButton],
  };
}

function hintItem({ text, label, detail }: { text: string; label: string; detail: string }): Item {
  return { type: 'hint', text, label: `$(filter) ${label}`, description: detail, alwaysShow: true };
}

function nothingItem(label: string): Item {
  return { type: 'nothing', label, alwaysShow: true };
}

/** What is selected in the editor, where it is a part of a line: most likely the name that is looked for. */
function selectedWords(): string {
  const editor = vscode.window.activeTextEditor;
  if (editor?.selection.isSingleLine !== true || isSecretUri(editor.document.uri)) return '';
  const text = editor.document.getText(editor.selection).trim();
  return text.length <= 200 ? text : '';
}
