import type * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import type { Log } from '../base/log.ts';
import type { Channel } from '../base/rpc.ts';
import { t } from '../base/texts.ts';
import type { PassagePlace } from '../protocol/searchView.ts';
import { CodeSearch } from './codeSearch.ts';
import { passageLabel } from './editorActions.ts';
import { type IndexCommandId, indexCommandTable } from './indexCommandTable.ts';
import { IndexPage } from './indexPage.ts';
import { showIndexStatus } from './indexStatusBar.ts';
import { SearchView } from './searchView.ts';
import type { WorkspaceIndex } from './workspaceIndex.ts';

/** All that shows the index and what is found in it: the status bar, the page, the searches. */
export class IndexViews implements Disposable {
  readonly commands: Readonly<Record<IndexCommandId, (argument: unknown) => unknown>>;
  readonly #parts = new DisposableStore();
  readonly #page: IndexPage;
  readonly #searchView: SearchView;

  /** `summonChat` takes what is to be asked about; `chooseModel` asks the user for a model that helps. */
  constructor(
    extensionUri: vscode.Uri,
    index: WorkspaceIndex,
    chooseModel: (role: 'embedding' | 'reranking') => Promise<void>,
    summonChat: (text: string) => Promise<void>,
    log: Log,
  ) {
    const search = new CodeSearch(index);
    const askAbout = async (passage: PassagePlace & { readonly symbol: string }): Promise<void> => {
      await summonChat(
        `${t('About {0}:', passage.symbol === '' ? passageLabel(passage) : `${passageLabel(passage)} (${passage.symbol})`)} `,
      );
    };
    this.#page = this.#parts.add(new IndexPage(extensionUri, index, log));
    this.#searchView = new SearchView({ search, index, askAbout, log });
    this.#parts.add(showIndexStatus(index));
    const showInSidebar = (typed: string): Promise<void> => this.#searchView.show(typed);
    this.commands = indexCommandTable({
      index,
      page: this.#page,
      chooseModel,
      tools: { search, index, askAbout, showInSidebar },
    });
  }

  attachSearchView(view: vscode.WebviewView, channel: Channel): void {
    this.#searchView.attach(view, channel);
  }

  /** Draws the index page in a tab that VS Code has kept over a reload. */
  attachPage(panel: vscode.WebviewPanel): void {
    this.#page.tab.attach(panel);
  }

  dispose(): void {
    this.#parts.dispose();
  }
}
