import * as vscode from 'vscode';
import { errorMessage, isAbort } from './base/errors.ts';
import { useLanguage } from './base/texts.ts';
import { commands, pages, views } from './manifest.ts';
import type { Assistant } from './vscode/assistant.ts';
import { showWebviewPage } from './vscode/webviewPage.ts';

/** How long after VS Code's start the index begins, so that it never competes with that start. */
const BACKGROUND_DELAY_MS = 1_000;

let opened: Promise<Assistant> | undefined;

/** Registers what VS Code shows of Sextant. Whatever is heavy is loaded at first use. */
export function activate(context: vscode.ExtensionContext): void {
  useLanguage(vscode.env.language, vscode.l10n.bundle);
  const assistant = (): Promise<Assistant> =>
    (opened ??= import('./vscode/assistant.ts').then(({ openAssistant }) => openAssistant(context)));
  context.subscriptions.push(
    vscode.window.registerWebviewViewProvider(views.chat, {
      resolveWebviewView: (view) => {
        const channel = showWebviewPage(view, context.extensionUri, { name: 'chat', title: 'Sextant' });
        return attempt(async () => {
          (await assistant()).attachChatView(view, channel);
        });
      },
    }),
    vscode.window.registerWebviewViewProvider(views.search, {
      resolveWebviewView: (view) => {
        const channel = showWebviewPage(view, context.extensionUri, { name: 'searchView', title: 'Semantic Search' });
        return attempt(async () => {
          (await assistant()).attachSearchView(view, channel);
        });
      },
    }),
    vscode.window.registerWebviewPanelSerializer(pages.chat, {
      deserializeWebviewPanel: (panel, state: unknown) =>
        attempt(async () => (await assistant()).attachChatTab(panel, state)),
    }),
    vscode.window.registerWebviewPanelSerializer(pages.index, {
      deserializeWebviewPanel: (panel) =>
        attempt(async () => {
          (await assistant()).attachIndexPage(panel);
        }),
    }),
    vscode.window.registerWebviewPanelSerializer(pages.requests, {
      deserializeWebviewPanel: (panel) =>
        attempt(async () => {
          (await assistant()).attachRequestsPage(panel);
        }),
    }),
    vscode.window.registerWebviewPanelSerializer(pages.usage, {
      deserializeWebviewPanel: (panel) =>
        attempt(async () => {
          (await assistant()).attachUsagePage(panel);
        }),
    }),
    vscode.window.registerWebviewPanelSerializer(pages.providers, {
      deserializeWebviewPanel: (panel) =>
        attempt(async () => {
          (await assistant()).attachProvidersPage(panel);
        }),
    }),
    vscode.window.registerWebviewPanelSerializer(pages.privacy, {
      deserializeWebviewPanel: (panel) =>
        attempt(async () => {
          (await assistant()).attachPrivacyPage(panel);
        }),
    }),
    ...Object.values(commands).map((id) =>
      vscode.commands.registerCommand(id, (argument: unknown, selected: unknown) =>
        attempt(async () => (await assistant()).run(id, argument, selected)),
      ),
    ),
    startInBackground(() => attempt(async () => (await assistant()).startInBackground())),
  );
  // How `npm start` has the sidebar ready.
  if (process.env['SEXTANT_OPEN_CHAT'] === '1') void vscode.commands.executeCommand(commands.openChat);
}

/** Saves what is open; VS Code waits a few seconds for it. */
export async function deactivate(): Promise<void> {
  const assistant = await opened?.catch(() => undefined);
  opened = undefined;
  await assistant?.close();
}

/** The edge where errors become sentences for the user. */
async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isAbort(error)) void vscode.window.showErrorMessage(errorMessage(error));
  }
}

function startInBackground(start: () => Promise<void>): vscode.Disposable {
  const timer = setTimeout(() => void start(), BACKGROUND_DELAY_MS);
  return new vscode.Disposable(() => {
    clearTimeout(timer);
  });
}
