import * as vscode from 'vscode';
import { commands } from '../manifest.ts';
import { showLeftOut, showRelatedFiles } from './indexLists.ts';
import type { IndexPage } from './indexPage.ts';
import { type SearchTools, findSimilarCode, searchCode } from './semanticSearch.ts';
import type { WorkspaceIndex } from './workspaceIndex.ts';

/** The commands that concern the index and what is searched in it. */
export type IndexCommandId = (typeof commands)[
  | 'indexWorkspace'
  | 'pauseIndexing'
  | 'resumeIndexing'
  | 'rebuildIndex'
  | 'showIndex'
  | 'chooseEmbeddingModel'
  | 'chooseRerankModel'
  | 'searchCode'
  | 'findSimilarCode'
  | 'showRelatedFiles'
  | 'showLeftOut'];

/** What each of them does. */
export function indexCommandTable(dependencies: {
  readonly index: WorkspaceIndex;
  readonly page: IndexPage;
  readonly chooseModel: (role: 'embedding' | 'reranking') => Promise<void>;
  readonly tools: SearchTools;
}): Readonly<Record<IndexCommandId, (argument: unknown) => unknown>> {
  const { index, page, chooseModel, tools } = dependencies;
  return {
    [commands.indexWorkspace]: () => index.runWithProgress('update'),
    [commands.pauseIndexing]: () => index.pause(),
    [commands.resumeIndexing]: () => index.resume(),
    [commands.rebuildIndex]: () => index.runWithProgress('rebuild'),
    [commands.showIndex]: () => {
      page.tab.show();
    },
    [commands.chooseEmbeddingModel]: () => chooseModel('embedding'),
    [commands.chooseRerankModel]: () => chooseModel('reranking'),
    [commands.searchCode]: () => searchCode(tools),
    [commands.findSimilarCode]: () => findSimilarCode(tools),
    [commands.showRelatedFiles]: (file) => showRelatedFiles(index, asUri(file)),
    [commands.showLeftOut]: () => showLeftOut(index),
  };
}

/** What the explorer and the tabs of the editors hand to a command of their menus. */
function asUri(argument: unknown): vscode.Uri | undefined {
  return argument instanceof vscode.Uri ? argument : undefined;
}
