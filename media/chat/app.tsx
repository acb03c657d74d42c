import { useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { ChatConnection } from './chatConnection.ts';
import type { ChatState } from './chatState.ts';
import type { ComposerDraft } from './composerDraft.ts';
import { CodeBlocks } from './markdown/codeBlocks.ts';
import { Panels } from './panels.ts';
import type { AnswerTools } from './parts/answer.tsx';
import { Composer } from './parts/composer.tsx';
import { Header } from './parts/header.tsx';
import { HistoryPanel } from './parts/historyPanel.tsx';
import { Icon } from './parts/icon.tsx';
import { MessageList } from './parts/messageList.tsx';
import { Welcome } from './parts/welcome.tsx';
import type { QuestionSender } from './questionSender.ts';
import type { SavedView } from './savedView.ts';

interface AppProps {
  readonly state: ChatState;
  readonly connection: ChatConnection;
  readonly saved: SavedView;
  readonly draft: ComposerDraft;
  readonly sender: QuestionSender;
}

/** The whole view. */
export function App({ state, connection, saved, draft, sender }: AppProps): JSX.Element {
  const panels = useMemo(() => new Panels(), []);
  const live = useRef<HTMLDivElement>(null);
  const ask = useMemo(() => connection.ask.bind(connection), [connection]);
  const tools = useMemo(
    (): AnswerTools => ({
      ask,
      codeBlocks: new CodeBlocks(),
      modelName: (model) => state.modelName(model),
      focusInput: () => {
        draft.focus();
      },
      hasWorkspace: () => state.index.value.hasWorkspace,
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

  useEffect(() => {
    connection.onDraft((text) => {
      panels.close({ keepFocus: true });
      if (text !== null) draft.add(text);
      draft.focus();
    });
  }, []);
  useTurnAnnouncements(state, tools.announce);

  const notice = state.notice.value;
  return (
    <>
      <Header
        state={state}
        ask={ask}
        panels={panels}
        focusInput={() => {
          draft.focus();
        }}
      />
      <main class="main">
        {notice !== null && (
          <div class="notice" role="status">
            <Icon name="warning" />
            <span>{notice}</span>
          </div>
        )}
        <div class="stage">
          <Stage state={state} connection={connection} saved={saved} tools={tools} sender={sender} draft={draft} />
          {panels.shown.value === 'history' && (
            <HistoryPanel
              state={state}
              connection={connection}
              close={() => {
                panels.close();
              }}
              opened={() => {
                panels.close({ keepFocus: true });
                draft.focus();
              }}
            />
          )}
        </div>
        <Composer state={state} connection={connection} draft={draft} sender={sender} panels={panels} />
        <div class="visually-hidden" role="status" aria-live="polite" ref={live} />
      </main>
    </>
  );
}

function Stage({
  state,
  connection,
  saved,
  tools,
  sender,
  draft,
}: AppProps & { tools: AnswerTools }): JSX.Element | null {
  const host = state.connection.value;
  const conversation = state.conversation.value;
  if (host.kind === 'waiting') return null;
  if (host.kind === 'failed') {
    return (
      <div class="welcome">
        <div class="card error-card" role="alert">
          <Icon name="error" />
          <div class="card-body">
            <p>{host.message}</p>
            <div class="card-actions">
              <vscode-button
                onClick={() => {
                  connection.startOver();
                }}
              >
                Try Again
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
      entries={state.entries.value}
      saved={saved}
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
    if (now !== null && now !== before) announce('Answering');
    if (now !== null || before === null || !state.entries.value.includes(before)) return;
    const { status, error } = before.message.value;
    if (status === 'complete') announce('Answer finished');
    if (status === 'stopped') announce('Answer stopped');
    if (status === 'failed') announce(error?.message ?? 'The answer failed');
  });
}
