import { useSignal, useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { t } from '../../src/base/texts.ts';
import type { Persona } from '../../src/protocol/chatSetup.ts';
import type { ChatNotice } from '../../src/protocol/chatView.ts';
import type { ChatConnection } from './chatConnection.ts';
import type { ChatState } from './chatState.ts';
import type { ComposerDraft } from './composerDraft.ts';
import type { HistoryParts } from './history/historyParts.ts';
import { ContextMenu } from './history/contextMenu.tsx';
import { FindInChat } from './findInChat.ts';
import { HistoryView } from './history/historyView.tsx';
import { Popups } from './history/popup.ts';
import { createMarkdownParts } from './markdown/createMarkdownParts.ts';
import { type Panels, hasRoomBeside, onRoomBesideChange } from './panels.ts';
import type { AnswerTools } from './parts/answer.tsx';
import { Composer } from './parts/composer.tsx';
import { FindBar } from './parts/findBar.tsx';
import { Header } from './parts/header.tsx';
import { Icon } from './parts/icon.tsx';
import { MessageList } from './parts/messageList.tsx';
import { DeletedPersona } from './parts/deletedPersona.tsx';
import { PersonaEditor } from './parts/personaEditor.tsx';
import { Welcome } from './parts/welcome.tsx';
import { QueueList } from './parts/queueList.tsx';
import { Versions } from './parts/versions.tsx';
import type { QuestionSender } from './questionSender.ts';
import type { SavedView } from './savedView.ts';
import { VersionWalk } from './versionWalk.ts';

interface AppProps {
  readonly state: ChatState;
  readonly connection: ChatConnection;
  readonly saved: SavedView;
  readonly draft: ComposerDraft;
  readonly sender: QuestionSender;
  readonly panels: Panels;
  readonly history: HistoryParts;
}

/** The whole view. */
export function App({ state, connection, saved, draft, sender, panels, history }: AppProps): JSX.Element {
  const live = useRef<HTMLDivElement>(null);
  const ask = useMemo(() => connection.ask.bind(connection), [connection]);
  const tools = useMemo(
    (): AnswerTools => ({
      ask,
      ...createMarkdownParts(connection, state),
      popups: new Popups(),
      listEdits: (messageId, signal) => connection.call('listEdits', { messageId }, signal),
      filesVersion: state.filesVersion,
      versions: new VersionWalk(state, ask),
      providers: () => state.models.value?.providers ?? [],
      modelName: (model) => state.modelName(model),
      focusInput: () => {
        draft.focus();
      },
      hasWorkspace: () => state.index.value.hasWorkspace,
      heldOf: (messageId) => state.held.value.get(messageId) ?? null,
      isCompacting: () => state.window.value?.isCompacting === true,
      openModels: () => {
        panels.open('models');
      },
      useOffline: async () => {
        const offline = state.models.value?.providers.find(({ provider }) => provider === 'offline')?.models[0];
        return offline !== undefined && (await ask('pickModel', offline.ref));
      },
      announce: (text) => {
        if (live.current !== null) live.current.textContent = text;
      },
    }),
    [],
  );

  const find = useMemo(() => new FindInChat(state, connection), [state]);
  const isWide = useIsWide();
  const edited = useSignal<{ readonly persona: Persona | null } | null>(null);
  const deleted = useSignal<Persona | null>(null);
  useEffect(() => {
    connection.onDraft(({ text, hasWaited }) => {
      // The user has opened something meanwhile.
      if (text === null && hasWaited && panels.shown.value !== 'none') return;
      if (!hasRoomBeside()) panels.close({ keepFocus: true });
      if (text !== null) draft.add(text);
      draft.focus();
      // What a panel has covered until now takes the focus only once that is drawn.
      requestAnimationFrame(() => {
        draft.focus();
      });
    });
  }, []);
  useTurnAnnouncements(state, tools.announce);

  const notice = state.notice.value;
  const menu = tools.popups.shown.value;
  const isHistory = panels.shown.value === 'history';
  return (
    <>
      <Header
        state={state}
        ask={ask}
        panels={panels}
        isWide={isWide}
        focusInput={() => {
          draft.focus();
        }}
      />
      {notice !== null && inTheWay(state) === null && (
        <div class="notice" role="status">
          <Icon name="warning" />
          <div>
            <div>{notice.message}</div>
            {notice.action !== null && (
              <vscode-button
                onClick={() => {
                  if (notice.action !== null) void ask('runCommand', { command: notice.action.command });
                }}
              >
                {notice.action.label}
              </vscode-button>
            )}
          </div>
        </div>
      )}
      <div class="body">
        {isHistory && <HistoryView parts={history} chat={state} />}
        <main
          class="main"
          inert={isHistory && !isWide}
          onKeyDown={(event) => {
            const chat = state.conversation.value;
            if (chat === null || event.key !== 'f' || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            find.open();
          }}
        >
          {find.isOpen.value && (
            <FindBar
              find={find}
              close={(opener) => {
                find.close();
                if (opener instanceof HTMLElement && opener.matches('.main *') && opener.isConnected) opener.focus();
                else draft.focus();
              }}
              searchByMeaning={() => {
                const chat = state.conversation.value;
                find.close();
                panels.open('history');
                if (chat !== null) void history.state.setFilters({ chat });
              }}
            />
          )}
          <div class="stage">
            <div class="stage-ground" inert={edited.value !== null || panels.shown.value === 'versions'}>
              <Stage state={state} connection={connection} saved={saved} tools={tools} sender={sender} draft={draft} />
            </div>
            {edited.value !== null && (
              <PersonaEditor
                persona={edited.value.persona}
                state={state}
                ask={ask}
                close={() => {
                  edited.value = null;
                  draft.focus();
                }}
                onDeleted={(persona) => (deleted.value = persona)}
              />
            )}
            {panels.shown.value === 'versions' && (
              <Versions
                state={state}
                connection={connection}
                close={() => {
                  panels.close();
                }}
              />
            )}
          </div>
          <QueueList
            queue={state.queue.value}
            isAnswering={state.running.value !== null}
            ask={ask}
            focusInput={tools.focusInput}
          />
          <DeletedPersona deleted={deleted} ask={ask} />
          <Composer
            state={state}
            connection={connection}
            draft={draft}
            sender={sender}
            panels={panels}
            tools={tools}
            editPersona={(persona) => (edited.value = { persona })}
          />
          <div class="visually-hidden" role="status" aria-live="polite" ref={live} />
          {menu?.type === 'menu' && (
            <ContextMenu
              {...menu}
              close={(how) => {
                tools.popups.close(how);
              }}
            />
          )}
        </main>
      </div>
    </>
  );
}

/** Why nothing can be shown, where the host has told it and what helps: it is said in the chat’s place, and once. */
function inTheWay({
  connection,
  notice,
}: ChatState): { message: string; action: ChatNotice['action'] & object } | null {
  const { message, action } = notice.value ?? { message: '', action: null };
  return connection.value.kind === 'failed' && action !== null ? { message, action } : null;
}

/** True while there is room for the past chats beside the chat. */
function useIsWide(): boolean {
  const [isWide, setIsWide] = useState(hasRoomBeside());
  useEffect(
    () =>
      onRoomBesideChange(() => {
        setIsWide(hasRoomBeside());
      }),
    [],
  );
  return isWide;
}

interface StageProps extends Omit<AppProps, 'panels' | 'history'> {
  readonly tools: AnswerTools;
}

function Stage({ state, connection, saved, tools, sender, draft }: StageProps): JSX.Element | null {
  const host = state.connection.value;
  const conversation = state.conversation.value;
  if (host.kind === 'waiting') return null;
  if (host.kind === 'failed') {
    const known = inTheWay(state);
    return (
      <div class="welcome">
        <div class="card error-card" role="alert">
          <Icon name={known === null ? 'error' : 'lock'} />
          <div class="card-body">
            <p>{known?.message ?? host.message}</p>
            <div class="card-actions">
              {known !== null && (
                <vscode-button onClick={() => void tools.ask('runCommand', { command: known.action.command })}>
                  {known.action.label}
                </vscode-button>
              )}
              <vscode-button
                secondary={known !== null}
                onClick={() => {
                  connection.startOver();
                }}
              >
                {t('Try Again')}
              </vscode-button>
            </div>
          </div>
        </div>
      </div>
    );
  }
  if (conversation === null) {
    return (
      <Welcome
        state={state}
        ask={tools.ask}
        send={(question) => {
          draft.focus();
          void sender.send(question).then((isStored) => {
            if (!isStored && draft.isEmpty.value) draft.text = question;
          });
        }}
      />
    );
  }
  return (
    <MessageList
      key={conversation.id}
      conversationId={conversation.id}
      state={state}
      connection={connection}
      saved={saved}
      isAnswering={state.running.value !== null}
      tools={tools}
    />
  );
}

/** Tells a screen reader that an answer begins and how it ended, not each of its words. */
function useTurnAnnouncements(state: ChatState, announce: (text: string) => void): void {
  const running = useRef<ChatState['running']['value']>(null);
  useSignalEffect(() => {
    const now = state.running.value;
    const before = running.current;
    running.current = now;
    if (now !== null && now !== before) announce(t('Answering'));
    if (now !== null || before === null || !state.places.value.has(before.id)) return;
    const { status, error } = before.message.value;
    if (status === 'complete') announce(t('Answer finished'));
    if (status === 'stopped') announce(t('Answer stopped'));
    if (status === 'failed') announce(error?.message ?? t('The answer failed'));
  });
}
