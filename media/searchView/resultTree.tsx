import { useSignal } from '@preact/signals';
import type { JSX, RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { symbolIcon } from '../../src/base/symbolIcon.ts';
import { plural, t } from '../../src/base/texts.ts';
import type { PassageRow } from '../../src/protocol/searchView.ts';
import { Highlighted } from '../chat/history/highlighted.tsx';
import { Icon } from '../chat/parts/icon.tsx';
import { nearHighlight } from './nearHighlight.ts';
import type { ResultRow, SearchState } from './searchState.ts';

interface ResultTreeProps {
  readonly state: SearchState;
  readonly treeRef: RefObject<HTMLDivElement | null>;
  /** Goes back to the box. */
  readonly toBox: () => void;
}

/** What was found as an ARIA tree: files, and in them passages. */
export function ResultTree({ state, treeRef, toBox }: ResultTreeProps): JSX.Element {
  const activeKey = useSignal<string | null>(null);
  const rows = state.rows.value;
  // The first passage, not its file, is what Enter is most likely for.
  const at = Math.max(
    rows.findIndex(({ key }) => key === activeKey.value),
    Math.min(activeKey.value === null ? 1 : 0, rows.length - 1),
  );
  const active = rows[at];
  useLayoutEffect(() => {
    if (activeKey.value === null) treeRef.current?.scrollTo(0, 0);
    else document.getElementById(`row-${at}`)?.scrollIntoView({ block: 'nearest' });
  }, [activeKey.value]);
  useLayoutEffect(() => {
    activeKey.value = null;
  }, [state.answered.value]);

  const open = (passage: PassageRow, keepFocus: boolean): void =>
    void state.ask('open', { ...placeOf(passage), keepFocus });
  const askAbout = (passage: PassageRow): void =>
    void state.ask('askAbout', { ...placeOf(passage), symbol: passage.symbol });
  const goTo = (next: number): void => {
    activeKey.value = rows[Math.max(0, Math.min(rows.length - 1, next))]?.key ?? null;
  };
  const parentOf = (from: number): number => rows.findLastIndex(({ type }, index) => index <= from && type === 'file');

  const onKeyDown = (event: KeyboardEvent): void => {
    if (active === undefined) return;
    const isFile = active.type === 'file';
    if (event.key === 'ArrowDown') goTo(at + 1);
    else if (event.key === 'ArrowUp' && at === 0) toBox();
    else if (event.key === 'ArrowUp') goTo(at - 1);
    else if (event.key === 'Home') goTo(0);
    else if (event.key === 'End') goTo(rows.length - 1);
    else if (event.key === 'ArrowLeft' && isFile && active.isOpen) state.fold(active, true);
    else if (event.key === 'ArrowLeft') goTo(parentOf(at));
    else if (event.key === 'ArrowRight' && isFile && !active.isOpen) state.fold(active, false);
    else if (event.key === 'ArrowRight') goTo(at + 1);
    else if (isFile && (event.key === 'Enter' || event.key === ' ')) state.fold(active, active.isOpen);
    else if (!isFile && event.key === 'Enter' && (event.ctrlKey || event.metaKey)) askAbout(active.passage);
    else if (!isFile && event.key === 'Enter') open(active.passage, false);
    else if (!isFile && event.key === ' ') open(active.passage, true);
    else if (event.key === 'Escape' || (event.key === 'f' && (event.ctrlKey || event.metaKey))) toBox();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      ref={treeRef}
      class="results"
      role="tree"
      tabIndex={0}
      aria-label={t('What was found')}
      aria-activedescendant={`row-${at}`}
      onKeyDown={onKeyDown}
    >
      {rows.map((row, index) => (
        <Row
          key={row.key}
          row={row}
          id={`row-${index}`}
          isActive={index === at}
          onClick={(event) => {
            activeKey.value = row.key;
            if (row.type === 'file') state.fold(row, row.isOpen);
            else open(row.passage, event.detail < 2);
          }}
          askAbout={askAbout}
        />
      ))}
    </div>
  );
}

interface RowProps {
  readonly row: ResultRow;
  readonly id: string;
  readonly isActive: boolean;
  readonly onClick: (event: MouseEvent) => void;
  readonly askAbout: (passage: PassageRow) => void;
}

function Row({ row, id, isActive, onClick, askAbout }: RowProps): JSX.Element {
  const active = isActive ? 'active' : '';
  if (row.type === 'file') {
    const { name, place, passages } = row.file;
    return (
      <div
        id={id}
        role="treeitem"
        aria-level={1}
        aria-expanded={row.isOpen}
        aria-selected={isActive}
        class={`row file-row ${active}`}
        title={place === '' ? name : `${place}/${name}`}
        onClick={onClick}
      >
        <Icon name={row.isOpen ? 'chevron-down' : 'chevron-right'} />
        <span class="file-name">{name}</span>
        <span class="file-place">{place}</span>
        <span class="badge">
          <span aria-hidden="true">{passages.length}</span>
          <span class="visually-hidden">{plural(passages.length, '{0} passage', '{0} passages')}</span>
        </span>
      </div>
    );
  }
  const { passage } = row;
  const { symbol, kind, line, startLine, endLine } = passage;
  const { text, highlights } = nearHighlight(passage);
  const name = symbol === '' ? kind : symbol;
  // What tells it from its neighbours is the last to be cut off.
  const ownStart = name.lastIndexOf('.', name.length - 2) + 1;
  return (
    <div
      id={id}
      role="treeitem"
      aria-level={2}
      aria-selected={isActive}
      class={`row passage-row ${active}`}
      title={t('{0}, lines {1}–{2}', name, startLine, endLine)}
      draggable
      onDragStart={({ dataTransfer }) => {
        dataTransfer?.setData(
          'text/plain',
          `${passage.path}:${startLine}–${endLine}${symbol === '' ? '' : ` (${symbol})`}`,
        );
      }}
      onClick={onClick}
    >
      <Icon name={symbolIcon(kind)} />
      <span class="passage-text">
        <span class="passage-head">
          <span class="passage-name">
            {ownStart > 0 && <span class="passage-owner">{name.slice(0, ownStart)}</span>}
            <span class="passage-own">{name.slice(ownStart)}</span>
          </span>
          <span class="passage-lines">
            <span class="visually-hidden">{t('line')}</span>
            {line}
          </span>
        </span>
        <span class="passage-line">
          <Highlighted text={text} ranges={highlights} />
        </span>
      </span>
      <button
        type="button"
        class="icon-button"
        title={t('Ask about this in the chat (Ctrl+Enter)')}
        aria-hidden="true"
        tabIndex={-1}
        onClick={(event) => {
          event.stopPropagation();
          askAbout(passage);
        }}
      >
        <Icon name="comment-discussion" />
      </button>
    </div>
  );
}

function placeOf({
  folder,
  path,
  startLine,
  endLine,
}: PassageRow): Pick<PassageRow, 'folder' | 'path' | 'startLine' | 'endLine'> {
  return { folder, path, startLine, endLine };
}
