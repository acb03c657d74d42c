import { useComputed, useSignalEffect } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../../../src/base/texts.ts';
import type { ChatState } from '../chatState.ts';
import { ContextMenu } from './contextMenu.tsx';
import { DayRange } from './dayRange.tsx';
import { filterMenu, filterMenuName, modelId } from './filterMenu.ts';
import { FolderQuestion } from './folderQuestion.tsx';
import { HistoryMessages, SearchStatus, SelectionBar } from './historyBars.tsx';
import type { HistoryParts } from './historyParts.ts';
import { HistoryTree } from './historyTree.tsx';
import { NothingFound } from './nothingFound.tsx';
import { OptionPicker } from './optionPicker.tsx';
import type { PickerOption } from './popup.ts';
import { placeBelow } from './rowMenu.ts';
import { isItem } from './rows.ts';
import { SearchBox } from './searchBox.tsx';

interface HistoryViewProps {
  readonly parts: HistoryParts;
  readonly chat: ChatState;
}

const MINUTE_MS = 60_000;

/** The past chats: found, opened and put in order. */
export function HistoryView({ parts, chat }: HistoryViewProps): JSX.Element {
  const { state, selection, popups } = parts;
  const tree = useRef<HTMLElement | null>(null);
  const search = useRef<HTMLInputElement>(null);
  const shownId = chat.conversation.value?.id ?? null;
  const { lang } = document.documentElement;

  const inChat = useComputed(() => state.filters.value.chat);
  const searchedChat = useRef(inChat.peek());
  const toSearch = (): void => {
    search.current?.focus();
    search.current?.select();
  };
  useLayoutEffect(() => {
    void state.open();
    // Who opens it looks for something, and types over what was looked for last.
    toSearch();
    return () => {
      state.close();
    };
  }, []);
  useEffect(() => {
    const clock = setInterval(() => (state.nowMs.value = Date.now()), MINUTE_MS);
    return () => {
      clearInterval(clock);
    };
  }, []);
  useSignalEffect(() => {
    // The keys begin at the chat that is shown, else at the first one.
    const rows = state.rows.value;
    if (selection.active.peek() !== null || !rows.some((row) => row.type === 'chat')) return;
    const shown = rows.find((row) => row.type === 'chat' && row.conversation.id === shownId);
    const first = shown ?? rows.find((row) => row.type === 'chat');
    if (isItem(first)) selection.goTo(first);
  });

  useSignalEffect(() => {
    const wanted = inChat.value;
    if (wanted !== null && wanted !== searchedChat.current) toSearch();
    searchedChat.current = wanted;
  });

  const focusRows = (): void => tree.current?.focus();
  const toRows = (): void => {
    if (state.query.value !== '' || selection.active.value === null) {
      const first = state.rows.value.find((row) => row.type === 'chat' || row.type === 'hit');
      if (!isItem(first)) return;
      selection.goTo(first);
    }
    focusRows();
  };
  const openFilters = (button: Element): void => {
    const at = placeBelow(button);
    const models = modelOptions(parts, chat);
    const groups = filterMenu(parts, { models, hasWorkspace: chat.index.value.hasWorkspace, at });
    popups.open({ type: 'menu', label: filterMenuName(), groups, at });
  };
  return (
    <section
      class="history"
      aria-label={t('Past chats')}
      onKeyDown={(event) => {
        if (!(event.ctrlKey || event.metaKey) || event.key !== 'f') return;
        event.preventDefault();
        toSearch();
      }}
    >
      <SearchBox parts={parts} openFilters={openFilters} toRows={toRows} inputRef={search} />
      <SearchStatus parts={parts} />
      <SelectionBar parts={parts} focusRows={focusRows} />
      <div class="history-body">
        <HistoryTree parts={parts} shownId={shownId} language={lang} attach={(element) => (tree.current = element)} />
        <NothingFound parts={parts} />
      </div>
      <HistoryMessages parts={parts} focusRows={focusRows} />
      <PopupView parts={parts} />
    </section>
  );
}

function PopupView({ parts }: { readonly parts: HistoryParts }): JSX.Element | null {
  const { popups, actions } = parts;
  const popup = popups.shown.value;
  const close = (how?: { keepFocus: boolean }): void => {
    popups.close(how);
  };
  switch (popup?.type) {
    case undefined:
      return null;
    case 'menu':
      return <ContextMenu label={popup.label} groups={popup.groups} at={popup.at} close={close} />;
    case 'picker':
      return <OptionPicker label={popup.label} options={popup.options} pick={popup.pick} close={close} />;
    case 'days':
      return <DayRange days={popup.days} at={popup.at} choose={popup.choose} close={close} />;
    case 'question':
      return (
        <FolderQuestion
          folder={popup.folder}
          count={popup.count}
          at={popup.at}
          remove={(conversations) => void actions.deleteFolder(popup.folder, conversations)}
          close={close}
        />
      );
  }
}

/** The models that can be picked now, and those of chats that are known: a model may be gone and its answers there. */
function modelOptions({ state }: HistoryParts, chat: ChatState): readonly PickerOption[] {
  const icon = 'symbol-misc';
  const providers = chat.models.value?.providers ?? [];
  const offered = providers.flatMap(({ displayName, models }) =>
    models.map((choice) => ({ id: modelId(choice.ref), label: choice.displayName, icon, detail: displayName })),
  );
  const used = (['titles', 'unfiled', 'pinned'] as const)
    .flatMap((key) => state.lists.list(key).items)
    .flatMap(({ model }) => (model === null ? [] : [model]))
    .map((model) => ({ id: modelId(model), label: model.model, icon, detail: model.provider }));
  return [...new Map([...used, ...offered].map((option) => [option.id, option])).values()];
}
