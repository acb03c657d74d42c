import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../../../src/base/texts.ts';
import { Icon } from '../parts/icon.tsx';
import { visibleName } from '../visibleText.ts';
import type { ComposerMenu } from './composerMenu.ts';
import type { MenuRow } from './menuRows.ts';

/** The id of the row that the input’s `aria-activedescendant` names. */
export function menuRowId(at: number): string {
  return `mention-row-${at}`;
}

/** What can be attached, or asked with a slash, over the input; the input keeps the focus. */
export function MentionMenu({ menu }: { menu: ComposerMenu }): JSX.Element | null {
  const list = useRef<HTMLDivElement>(null);
  const mention = menu.mention.value;
  const rows = menu.rows.value;
  const active = menu.active.value;
  useLayoutEffect(() => {
    list.current?.querySelector('.active')?.scrollIntoView({ block: 'nearest' });
  }, [active, rows]);
  if (mention === null) return null;
  const isEmpty = rows.length === 0;
  return (
    <div class="picker mention-menu">
      {isEmpty ? (
        <div class="picker-more">{nothingYet(menu, mention.source)}</div>
      ) : (
        <div
          class="picker-list"
          id="mention-list"
          role="listbox"
          aria-label={mention.kind === 'prompt' ? t('Commands') : t('What can go along')}
          ref={list}
        >
          {rows.map((row, at) => (
            <div
              key={row.id}
              id={menuRowId(at)}
              class={`picker-row ${at === active ? 'active' : ''}`}
              role="option"
              aria-selected={at === active}
              // Keeps the focus in the input.
              onMouseDown={(event) => {
                event.preventDefault();
              }}
              onClick={() => {
                menu.choose(at);
              }}
            >
              {contentOf(row)}
            </div>
          ))}
        </div>
      )}
      <div class="visually-hidden" role="status">
        {isEmpty ? '' : t('{0} to choose from', rows.length)}
      </div>
    </div>
  );
}

function nothingYet(menu: ComposerMenu, source: string | null): string {
  if (menu.isStarting) return t('Starting…');
  if (menu.isSearching.value) return t('Looking…');
  return source === 'url' ? t('Type the address of a page') : t('Nothing fits');
}

function contentOf(row: MenuRow): JSX.Element {
  switch (row.type) {
    case 'source':
      return (
        <Row
          icon={row.source.icon}
          label={row.source.label}
          detail={row.source.detail}
          goesOn={row.source.isSearched}
        />
      );
    case 'choice':
      return <Row icon={row.choice.icon} label={row.choice.label} detail={row.choice.detail} />;
    case 'prompt': {
      const { name, description, argumentHint, origin } = row.prompt;
      const hint = argumentHint === '' ? '' : ` ${argumentHint}`;
      return (
        <Row
          icon={origin === '' ? 'sparkle' : 'file-text'}
          label={`/${name}`}
          hint={hint}
          detail={origin === '' ? description : `${description} · ${origin}`}
        />
      );
    }
  }
}

interface RowProps {
  readonly icon: string;
  readonly label: string;
  readonly detail: string;
  readonly hint?: string;
  /** Choosing it leads to more to choose. */
  readonly goesOn?: boolean;
}

function Row({ icon, label, detail, hint = '', goesOn = false }: RowProps): JSX.Element {
  return (
    <>
      <span class="picker-check">
        <Icon name={icon} />
      </span>
      <span class="mention-label" title={visibleName(label)}>
        {visibleName(label)}
        {hint !== '' && <span class="mention-hint">{hint}</span>}
      </span>
      <span class="mention-detail" title={detail}>
        {detail}
      </span>
      {goesOn && <Icon name="chevron-right" />}
    </>
  );
}
