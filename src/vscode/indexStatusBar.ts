import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import { figure, plural, t } from '../base/texts.ts';
import { commands } from '../manifest.ts';
import type { IndexStatus } from '../protocol/contextIndex.ts';
import { SteadyStatus } from './steadyStatus.ts';
import { type WorkspaceIndex, describeIndex } from './workspaceIndex.ts';

/** Shows the state of the index in the status bar, where there is a folder to index; a click opens its page. */
export function showIndexStatus(
  index: Pick<WorkspaceIndex, 'status' | 'hasFolders' | 'onDidChangeStatus'>,
): Disposable {
  const parts = new DisposableStore();
  const item = parts.add(vscode.window.createStatusBarItem('index', vscode.StatusBarAlignment.Right, 10));
  item.name = t('Sextant Index');
  item.command = commands.showIndex;
  const draw = (status: IndexStatus): void => {
    if (!index.hasFolders) {
      item.hide();
      return;
    }
    item.text = statusText(status);
    item.tooltip = tooltip(status);
    item.backgroundColor =
      status.phase === 'failed' ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    item.accessibilityInformation = { label: t('Sextant index: {0}', describe(status)), role: 'button' };
    item.show();
  };
  const steady = parts.add(new SteadyStatus(index.status, draw));
  parts.add(
    index.onDidChangeStatus((status) => {
      steady.take(status);
    }),
  );
  parts.add(
    vscode.workspace.onDidChangeWorkspaceFolders(() => {
      steady.take(index.status);
    }),
  );
  return parts;
}

function statusText({ phase, filesDone, filesTotal, message }: IndexStatus): string {
  const done = figure(filesDone);
  switch (phase) {
    case 'none':
      return t('$(compass) Not indexed');
    case 'opening':
      return t('$(sync~spin) Opening index');
    case 'scanning':
      return t('$(sync~spin) Looking for files');
    case 'indexing':
      return t('$(sync~spin) Indexing {0} of {1}', done, figure(filesTotal));
    case 'paused':
      return t('$(debug-pause) Indexing paused at {0} of {1}', done, figure(filesTotal));
    case 'ready':
      return message === undefined ? `$(compass) ${done}` : `$(compass) ${done} $(info)`;
    case 'failed':
      return t('$(warning) Index failed');
  }
}

function tooltip(status: IndexStatus): vscode.MarkdownString {
  const text = new vscode.MarkdownString(`**${t('Sextant Index')}**\n\n`, true);
  const links = linksOf(status);
  text.isTrusted = { enabledCommands: links.map(({ command }) => command) };
  text.appendText(describe(status));
  const leftOut = Object.values(status.skipped).reduce((sum, count) => sum + count, 0);
  const counts = [
    ...(status.chunks > 0 ? [plural(status.chunks, '{0} passage', '{0} passages')] : []),
    ...(leftOut > 0 ? [plural(leftOut, '{0} file left out', '{0} files left out')] : []),
  ];
  if (counts.length > 0) text.appendMarkdown(`\n\n${counts.join(' · ')}`);
  text.appendMarkdown(`\n\n${links.map(({ label, command }) => `[${label}](command:${command})`).join(' · ')}`);
  return text;
}

function linksOf({ phase }: IndexStatus): { label: string; command: string }[] {
  const page = { label: t('Index page'), command: commands.showIndex };
  const search = { label: t('Semantic Search'), command: commands.searchCode };
  switch (phase) {
    case 'none':
      return [{ label: t('Index workspace'), command: commands.indexWorkspace }, page];
    case 'opening':
    case 'scanning':
    case 'indexing':
      return [search, { label: t('Pause'), command: commands.pauseIndexing }, page];
    case 'paused':
      return [search, { label: t('Resume'), command: commands.resumeIndexing }, page];
    case 'ready':
      return [search, page];
    case 'failed':
      return [
        { label: t('Try again'), command: commands.indexWorkspace },
        { label: t('Show log'), command: commands.showLog },
        page,
      ];
  }
}

function describe(status: IndexStatus): string {
  return status.phase === 'none' ? t('This workspace is not indexed yet.') : describeIndex(status);
}
