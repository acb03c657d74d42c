import type { JSX } from 'preact';
import { t } from '../../../src/base/texts.ts';
import type { Folder } from '../../../src/protocol/library.ts';
import type { ConversationSummary } from '../../../src/protocol/store.ts';
import { Icon, IconButton } from '../parts/icon.tsx';
import { Highlighted } from './highlighted.tsx';
import { NameEditor } from './nameEditor.tsx';
import type { ChatRow, FolderRow, HitRow, Row } from './rows.ts';
import { fullTime, shortTime } from './times.ts';

/** What a row can ask for; the tree hears clicks and keys itself. */
export interface RowTools {
  readonly nowMs: number;
  readonly language: string;
  /** The folder of a chat that is shown outside of it. */
  readonly folderName: (id: string | null) => string | null;
  readonly renameChat: (chat: ConversationSummary, title: string) => Promise<string | null>;
  readonly renameFolder: (folder: Folder, name: string) => Promise<string | null>;
  readonly createFolder: (name: string, parentId: string | null) => Promise<string | null>;
  readonly endEditing: (how?: { keepFocus: boolean }) => void;
  readonly remove: (row: ChatRow) => void;
  readonly openMenu: (row: ChatRow | FolderRow, button: Element) => void;
}

interface RowContentProps {
  readonly row: Row;
  /** The row is being renamed. */
  readonly isEdited: boolean;
  readonly tools: RowTools;
}

/** What stands in a row. */
export function RowContent({ row, isEdited, tools }: RowContentProps): JSX.Element {
  switch (row.type) {
    case 'section':
      return (
        <>
          <Twistie isOpen={row.isOpen} />
          <span class="row-section">{row.label}</span>
          {row.count !== null && <Count count={row.count} language={tools.language} />}
        </>
      );
    case 'folder':
      return <FolderContent row={row} isEdited={isEdited} tools={tools} />;
    case 'chat':
      return <ChatContent row={row} isEdited={isEdited} tools={tools} />;
    case 'hit':
      return <HitContent row={row} tools={tools} />;
    case 'newFolder':
      return (
        <>
          <Icon name="new-folder" />
          <NameEditor
            label={t('Name of the new folder')}
            name=""
            save={(name) => tools.createFolder(name, row.parentId)}
            close={tools.endEditing}
          />
        </>
      );
    case 'more':
      return <span class="row-note row-waiting">{t('Loading…')}</span>;
    case 'failed':
      return (
        <>
          <Icon name="warning" />
          <span class="row-title" title={row.message}>
            {row.message}
          </span>
          <span class="row-retry">{t('Try again')}</span>
        </>
      );
    case 'note':
      return <span class="row-note">{row.text}</span>;
  }
}

function FolderContent({ row, isEdited, tools }: RowContentProps & { readonly row: FolderRow }): JSX.Element {
  const { folder, isOpen, count } = row;
  return (
    <>
      <Twistie isOpen={isOpen} />
      <Icon name={isOpen ? 'folder-opened' : 'folder'} />
      {isEdited ? (
        <NameEditor
          label={t('New name of “{0}”', folder.name)}
          name={folder.name}
          save={(name) => tools.renameFolder(folder, name)}
          close={tools.endEditing}
        />
      ) : (
        <>
          <span class="row-title" dir="auto" title={folder.name}>
            {folder.name}
          </span>
          <Spoken text="folder" />
          {count > 0 && <Count count={count} language={tools.language} />}
          <Spoken text={count === 0 ? 'empty' : count === 1 ? 'chat' : 'chats'} />
          <span class="row-actions">
            <MoreButton row={row} label={folder.name} tools={tools} />
          </span>
        </>
      )}
    </>
  );
}

function ChatContent({ row, isEdited, tools }: RowContentProps & { readonly row: ChatRow }): JSX.Element {
  const { conversation, highlights } = row;
  const { title, lastMessageAt, messageCount, isRunning, isPinned } = conversation;
  if (isEdited) {
    return (
      <NameEditor
        label={t('New title of “{0}”', title)}
        name={title}
        save={(name) => tools.renameChat(conversation, name)}
        close={tools.endEditing}
      />
    );
  }
  const folder = row.list === 'pinned' || row.list === 'titles' ? tools.folderName(conversation.folderId) : null;
  return (
    <>
      {isRunning && <span class="running-dot" title={t('Answering')} aria-hidden="true" />}
      <span class="row-title" dir="auto" title={tooltip(conversation, tools.language)}>
        <Highlighted {...fromFirst(title, highlights)} />
      </span>
      {folder !== null && (
        <>
          <Spoken text="in" />
          <span class="row-place">{folder}</span>
        </>
      )}
      {isPinned && row.list !== 'pinned' && <Icon name="pinned" />}
      {isRunning && <Spoken text="answering" />}
      {isPinned && <Spoken text="pinned" />}
      <span class="row-time">{shortTime(lastMessageAt, tools.nowMs, tools.language)}</span>
      <Spoken text={countOf(messageCount, 'message')} />
      <span class="row-actions">
        <MoreButton row={row} label={title} tools={tools} />
        <IconButton
          icon="trash"
          label={t('Delete “{0}”', title)}
          tabIndex={-1}
          onClick={() => {
            tools.remove(row);
          }}
        />
      </span>
    </>
  );
}

function HitContent({ row, tools }: { readonly row: HitRow; readonly tools: RowTools }): JSX.Element {
  const { title, role, createdAt, snippet, highlights, isRelated } = row.hit;
  return (
    <span class="hit">
      <span class="hit-head">
        <Icon name={role === 'user' ? 'account' : 'sparkle'} />
        <span class="row-title" dir="auto">
          {title}
        </span>
        {isRelated && <span class="hit-related">{t('similar')}</span>}
        <span class="row-time" title={fullTime(createdAt, tools.language)}>
          {shortTime(createdAt, tools.nowMs, tools.language)}
        </span>
      </span>
      <Spoken text={role === 'user' ? t('You wrote:') : t('The answer:')} />
      <span class="hit-snippet" dir="auto">
        <Highlighted text={snippet} ranges={highlights} />
      </span>
    </span>
  );
}

function Twistie({ isOpen }: { readonly isOpen: boolean }): JSX.Element {
  return <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} />;
}

function Count({ count, language }: { readonly count: number; readonly language: string }): JSX.Element {
  return <span class="row-count">{count.toLocaleString(language)}</span>;
}

/** What the context menu offers, for those who do not look for one. */
function MoreButton(props: {
  readonly row: ChatRow | FolderRow;
  readonly label: string;
  readonly tools: RowTools;
}): JSX.Element {
  const { row, label, tools } = props;
  return (
    <button
      type="button"
      class="icon-button"
      title={t('More…')}
      aria-label={t('More for “{0}”', label)}
      aria-haspopup="menu"
      tabIndex={-1}
      onClick={({ currentTarget }) => {
        tools.openMenu(row, currentTarget);
      }}
    >
      <Icon name="ellipsis" />
    </button>
  );
}

/** Words that only a screen reader says: what the others see by its place or its form. */
function Spoken({ text }: { readonly text: string }): JSX.Element {
  return <span class="visually-hidden">{text}</span>;
}

/** How far into a title what was found may begin before the words before it are left out, all but about so much. */
const FOUND_LEAD = 30;
const KEPT_LEAD = 16;

/** A title of which what was found is in sight, also in a narrow list. */
function fromFirst(title: string, ranges: ChatRow['highlights']): { text: string; ranges: ChatRow['highlights'] } {
  const [found = 0] = ranges[0] ?? [];
  const start = title.indexOf(' ', found - KEPT_LEAD) + 1;
  if (found < FOUND_LEAD || start <= 0 || start > found) return { text: title, ranges };
  const by = start - 1;
  return { text: `…${title.slice(start)}`, ranges: ranges.map(([from, to]) => [from - by, to - by]) };
}

function tooltip({ title, lastMessageAt, messageCount }: ConversationSummary, language: string): string {
  return `${title}\n${fullTime(lastMessageAt, language)}\n${countOf(messageCount, 'message')}`;
}

function countOf(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
