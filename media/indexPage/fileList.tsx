import { useSignal } from '@preact/signals';
import type { JSX, RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { t } from '../../src/base/texts.ts';
import type { LeftOutFile } from '../../src/protocol/contextIndex.ts';
import { leftOutReason } from '../../src/protocol/leftOutReason.ts';
import { Icon } from '../chat/parts/icon.tsx';

/** Pixels. fileList.css draws rows of this height. */
const ROW_HEIGHT = 22;
/** Rows that are drawn above and below what is in sight. */
const SPARE = 10;

interface FileListProps {
  readonly listRef: RefObject<HTMLDivElement | null>;
  readonly files: readonly LeftOutFile[];
  /** Shown before a path; empty where there is one folder. */
  readonly folderNames: ReadonlyMap<string, string>;
  readonly open: (file: LeftOutFile) => void;
}

/** Files with their reasons as a listbox, of which only what is in sight is drawn. */
export function FileList({ listRef, files, folderNames, open }: FileListProps): JSX.Element {
  const scrollTop = useSignal(0);
  const height = useSignal(0);
  const activeAt = useSignal(0);
  const last = Math.max(0, files.length - 1);
  const active = Math.min(activeAt.value, last);

  useLayoutEffect(() => {
    const list = listRef.current;
    if (list === null) return undefined;
    const observer = new ResizeObserver(() => (height.value = list.clientHeight));
    observer.observe(list);
    return () => {
      observer.disconnect();
    };
  }, []);

  const goTo = (at: number): void => {
    activeAt.value = Math.max(0, Math.min(last, at));
    const [list, top] = [listRef.current, activeAt.value * ROW_HEIGHT];
    if (list === null) return;
    if (top < list.scrollTop) list.scrollTop = top;
    else if (top + ROW_HEIGHT > list.scrollTop + list.clientHeight) {
      list.scrollTop = top + ROW_HEIGHT - list.clientHeight;
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor(height.value / ROW_HEIGHT) - 1);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: last,
    };
    const next = steps[event.key];
    const file = files[active];
    if (next !== undefined) goTo(next);
    else if ((event.key === 'Enter' || event.key === ' ') && file !== undefined) open(file);
    else return;
    event.preventDefault();
  };

  const from = Math.max(0, Math.floor(scrollTop.value / ROW_HEIGHT) - SPARE);
  const to = Math.min(files.length, Math.ceil((scrollTop.value + height.value) / ROW_HEIGHT) + SPARE);
  const drawn = files.slice(from, to).map((file, index) => [file, from + index] as const);
  const activeFile = files[active];
  // It is named to screen readers wherever it is.
  if (activeFile !== undefined && (active < from || active >= to)) drawn.push([activeFile, active]);
  return (
    <div
      ref={listRef}
      class="file-list"
      role="listbox"
      tabIndex={0}
      aria-label={t('Files left out')}
      aria-activedescendant={files.length === 0 ? undefined : `file-${active}`}
      hidden={files.length === 0}
      onScroll={({ currentTarget }) => (scrollTop.value = currentTarget.scrollTop)}
      onKeyDown={onKeyDown}
    >
      <div class="file-rows" role="presentation" style={{ height: `${files.length * ROW_HEIGHT}px` }}>
        {drawn.map(([file, at]) => {
          const folder = folderNames.get(file.folder);
          const path = folder === undefined ? file.path : `${folder}/${file.path}`;
          return (
            <div
              key={`${file.folder}\n${file.path}`}
              id={`file-${at}`}
              class={`file-row ${at === active ? 'active' : ''}`}
              role="option"
              aria-selected={at === active}
              aria-setsize={files.length}
              aria-posinset={at + 1}
              title={path}
              style={{ top: `${at * ROW_HEIGHT}px` }}
              onClick={() => {
                goTo(at);
                open(file);
              }}
            >
              <Icon name="file" />
              <span class="file-path">{path}</span>
              <span class="file-reason">{leftOutReason(file.reason)}</span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
