import * as vscode from 'vscode';
import type { CommandId } from '../manifest.ts';
import { commands, views } from '../manifest.ts';
import type { HistorySearch } from '../chat/historySearch.ts';
import type { AttachCommandId } from './attach/attachCommandTable.ts';
import type { Completion } from './completion.ts';
import type { EditCommandId } from './editing.ts';
import type { IndexCommandId } from './indexCommandTable.ts';
import type { Chats } from './chats.ts';
import type { LibraryCommandId } from './libraryCommandTable.ts';
import type { ProviderSetup } from './providerSetup.ts';
import type { ProvidersPage } from './providersPage.ts';
import type { RequestsCommandId } from './requests.ts';
import type { DiagnosisCommandId } from './diagnosis.ts';
import type { TelemetryCommandId } from './telemetry.ts';
import type { TelemetryKeyCommandId } from './telemetryKey.ts';
import type { UsageCommandId } from './usage.ts';
import { rebuildHistorySearch } from './rebuildHistorySearch.ts';
import type { StoreEncryptionDialogs } from './storeEncryption.ts';

export interface CommandDependencies {
  readonly chats: Chats;
  readonly setup: ProviderSetup;
  readonly providers: ProvidersPage;
  readonly search: HistorySearch;
  /** Made when it is first asked for. */
  readonly completion: () => Completion;
  readonly encryption: StoreEncryptionDialogs;
  readonly log: { show(): void };
}

/** What each command does that no other room has in a table of its own. Errors go to whoever ran it. */
export function commandTable(
  dependencies: CommandDependencies,
): Readonly<
  Record<
    Exclude<
      CommandId,
      | AttachCommandId
      | EditCommandId
      | LibraryCommandId
      | IndexCommandId
      | RequestsCommandId
      | TelemetryCommandId
      | TelemetryKeyCommandId
      | UsageCommandId
      | DiagnosisCommandId
      | typeof commands.showPrivacy
    >,
    (argument: unknown) => unknown
  >
> {
  const { chats, setup, providers, search, completion, encryption, log } = dependencies;
  return {
    [commands.openChat]: () => chats.main.summon(),
    [commands.newChat]: async () => {
      const { current } = chats;
      await current.summon();
      await current.session.open(null);
    },
    [commands.newChatInEditor]: () => chats.openTab(null),
    [commands.openChatInEditor]: () => chats.openTab(chats.current.session.shownId),
    [commands.openChatInWindow]: () => chats.openWindow(chats.current.session.shownId),
    // VS Code asks where to: the other sidebar, the panel, or a view of its own.
    [commands.moveChat]: () => vscode.commands.executeCommand('workbench.action.moveFocusedView', views.chat),
    [commands.stopAnswer]: () => chats.current.session.stop(),
    [commands.compactChat]: () => chats.current.window.compact(),
    [commands.pickModel]: () => setup.pickChatModel(),
    [commands.setUpProvider]: (provider) => setup.setUp(asName(provider)),
    [commands.manageProviders]: () => {
      providers.tab.show();
    },
    [commands.setKey]: (provider) => setup.setKey(asName(provider)),
    [commands.deleteKey]: () => setup.deleteKey(),
    [commands.showKeys]: () => setup.showKeys(),
    [commands.rebuildHistorySearch]: () => rebuildHistorySearch(search),
    [commands.pickCompletionModel]: () => setup.pickCompletionModel(),
    [commands.showCompletionMenu]: () => completion().showMenu(),
    [commands.pauseCompletion]: (minutes) => completion().pause(minutes),
    [commands.resumeCompletion]: () => {
      completion().resume();
    },
    [commands.showCompletionContext]: () => completion().showContext(),
    [commands.showCompletionStatistics]: () => completion().showStatistics(),
    [commands.encryptStore]: () => encryption.turnOn(),
    [commands.stopEncryptingStore]: () => encryption.turnOff(),
    [commands.enterRecoveryCode]: () => encryption.enterRecoveryCode(),
    [commands.showLog]: () => {
      log.show();
    },
  };
}

function asName(argument: unknown): string | undefined {
  return typeof argument === 'string' ? argument : undefined;
}
