import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { figure, t } from '../../../src/base/texts.ts';
import type { ChatHostContract } from '../../../src/protocol/chatView.ts';
import { tokensText } from '../attach/tokensText.ts';
import type { Ask } from '../chatConnection.ts';
import { type PickerRow, canChoose, nextChoice, pickerRows } from '../pickerRows.ts';
import { Icon } from './icon.tsx';
import { PickerPanel } from './pickerPanel.tsx';

interface ModelPickerProps {
  readonly models: ChatHostContract['events']['models'];
  readonly ask: Ask;
  readonly close: (how?: { keepFocus: boolean }) => void;
  /** Hears that a model was chosen and the list is closed. */
  readonly onPicked: () => void;
}

/** The list of models over the composer: filter, arrows and Enter, or the mouse. */
export function ModelPicker({ models, ask, close, onPicked }: ModelPickerProps): JSX.Element {
  const filter = useSignal('');
  const rows = pickerRows(models.providers, models.model, filter.value);
  const active = useSignal(
    Math.max(
      0,
      rows.findIndex((row) => row.type === 'model' && row.isCurrent),
    ),
  );
  const at = isChoice(rows[active.value]) ? active.value : nextChoice(rows, -1, 1);
  const panel = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    panel.current?.querySelector('.picker-row.active')?.scrollIntoView({ block: 'nearest' });
  }, [at, filter.value]);

  const choose = (row: PickerRow | undefined): void => {
    if (row === undefined || !canChoose(row)) return;
    close();
    if (row.type === 'model') {
      onPicked();
      void ask('pickModel', row.choice.ref);
    }
    if (row.type === 'setup') void ask('runCommand', { command: 'setUpProvider', provider: row.provider });
    if (row.type === 'add') void ask('runCommand', { command: 'setUpProvider' });
    if (row.type === 'manage') void ask('runCommand', { command: 'manageProviders' });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const keys: Readonly<Record<string, () => void>> = {
      ArrowDown: () => (active.value = nextChoice(rows, at, 1)),
      ArrowUp: () => (active.value = nextChoice(rows, at, -1)),
      PageDown: () => (active.value = nextChoice(rows, Math.min(at + 8, rows.length - 2), 1)),
      PageUp: () => (active.value = nextChoice(rows, Math.max(at - 8, 0) - 1, 1)),
      Enter: () => {
        choose(rows[at]);
      },
    };
    const act = keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };

  return (
    <PickerPanel label={t('Choose a model')} close={close} focusOn="input" onKeyDown={onKeyDown} panel={panel}>
      <input
        class="picker-filter"
        type="text"
        placeholder={t('Find a model')}
        aria-label={t('Find a model')}
        role="combobox"
        aria-expanded
        aria-controls="picker-list"
        aria-autocomplete="list"
        aria-activedescendant={`picker-row-${at}`}
        spellcheck={false}
        onInput={({ currentTarget }) => {
          filter.value = currentTarget.value;
          active.value = nextChoice(pickerRows(models.providers, models.model, filter.value), -1, 1);
        }}
      />
      <div class="picker-list" id="picker-list" role="listbox" aria-label={t('Models')}>
        {rows.map((row, index) => (
          <Row
            key={row.id}
            row={row}
            id={`picker-row-${index}`}
            isActive={index === at}
            choose={() => {
              choose(row);
            }}
          />
        ))}
      </div>
    </PickerPanel>
  );
}

function isChoice(row: PickerRow | undefined): boolean {
  return row !== undefined && canChoose(row);
}

interface RowProps {
  readonly row: PickerRow;
  readonly id: string;
  readonly isActive: boolean;
  readonly choose: () => void;
}

function Row({ row, id, isActive, choose }: RowProps): JSX.Element {
  switch (row.type) {
    case 'heading':
      return (
        <div class="picker-heading" role="presentation">
          {row.text}
        </div>
      );
    case 'more':
      return (
        <div class="picker-more" role="presentation">
          {t('{0} more: type to find them', row.count)}
        </div>
      );
    case 'model':
    case 'setup':
    case 'add':
    case 'manage':
      return (
        // The filter box has the keys; a click goes here.
        <div
          id={id}
          class={`picker-row picker-${row.type} ${isActive ? 'active' : ''}`}
          role="option"
          aria-selected={row.type === 'model' && row.isCurrent}
          // Keeps the focus in the filter box.
          onMouseDown={(event) => {
            event.preventDefault();
          }}
          onClick={choose}
        >
          {contentOf(row)}
        </div>
      );
  }
}

function contentOf(row: Extract<PickerRow, { type: 'model' | 'setup' | 'add' | 'manage' }>): JSX.Element {
  switch (row.type) {
    case 'model':
      return (
        <>
          <span class="picker-check">{row.isCurrent && <Icon name="check" />}</span>
          <span class="picker-text" title={row.choice.ref.model}>
            {row.choice.displayName}
          </span>
          {row.choice.contextWindow !== undefined && (
            <span
              class="picker-window"
              title={t('Takes {0} tokens at once', figure(row.choice.contextWindow))}
              aria-hidden="true"
            >
              {tokensText(row.choice.contextWindow)}
            </span>
          )}
        </>
      );
    case 'setup':
      return (
        <>
          <span class="picker-check" />
          <span class="picker-problem">{row.problem}</span>
          <span class="picker-action">{t('Set up')}</span>
        </>
      );
    case 'add':
      return (
        <>
          <span class="picker-check">
            <Icon name="add" />
          </span>
          <span class="picker-text">{t('Set up a model provider…')}</span>
        </>
      );
    case 'manage':
      return (
        <>
          <span class="picker-check">
            <Icon name="settings-gear" />
          </span>
          <span class="picker-text">{t('Manage providers…')}</span>
        </>
      );
  }
}
