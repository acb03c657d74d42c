import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../../../src/base/texts.ts';
import { Icon } from '../parts/icon.tsx';
import type { PickerOption } from './popup.ts';
import { fold } from './titleQuery.ts';

interface OptionPickerProps {
  readonly label: string;
  readonly options: readonly PickerOption[];
  readonly pick: (id: string) => void;
  readonly close: (how?: { keepFocus: boolean }) => void;
}

/** More than these only the filter finds. */
const LISTED = 200;

/** A list to choose one of, with a filter, as VS Code’s own quick pick. */
export function OptionPicker({ label, options, pick, close }: OptionPickerProps): JSX.Element {
  const filter = useSignal('');
  const active = useSignal(0);
  const panel = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const words = fold(filter.value).text.split(/\s+/u);
  const fitting = options.filter((option) => {
    const text = fold(`${option.label} ${option.detail}`).text;
    return words.every((word) => text.includes(word));
  });
  const shown = fitting.slice(0, LISTED);
  const at = Math.min(active.value, shown.length - 1);

  useLayoutEffect(() => {
    input.current?.focus();
  }, []);
  useLayoutEffect(() => {
    panel.current?.querySelector('.picker-row.active')?.scrollIntoView({ block: 'nearest' });
  }, [at, filter.value]);

  const choose = (option: PickerOption | undefined): void => {
    if (option === undefined) return;
    close();
    pick(option.id);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const keys: Readonly<Record<string, () => void>> = {
      ArrowDown: () => (active.value = (at + 1) % Math.max(1, shown.length)),
      ArrowUp: () => (active.value = (at - 1 + shown.length) % Math.max(1, shown.length)),
      Enter: () => {
        choose(shown[at]);
      },
      Escape: close,
    };
    const act = keys[event.key];
    // The tree behind it hears nothing of what is typed here.
    event.stopPropagation();
    if (act === undefined) return;
    event.preventDefault();
    act();
  };

  return (
    <div
      class="picker option-picker"
      ref={panel}
      role="dialog"
      aria-label={label}
      onKeyDown={onKeyDown}
      onFocusOut={({ relatedTarget }) => {
        const isInside = relatedTarget instanceof Node && panel.current?.contains(relatedTarget) === true;
        if (!isInside) close({ keepFocus: true });
      }}
    >
      <input
        ref={input}
        class="picker-filter"
        type="text"
        placeholder={label}
        aria-label={label}
        role="combobox"
        aria-expanded="true"
        aria-autocomplete="list"
        aria-controls="option-list"
        aria-activedescendant={at === -1 ? undefined : `option-${at}`}
        spellcheck={false}
        onInput={({ currentTarget }) => {
          filter.value = currentTarget.value;
          active.value = 0;
        }}
      />
      <div class="picker-list" id="option-list" role="listbox" aria-label={label}>
        {shown.map((option, index) => (
          <div
            key={option.id}
            id={`option-${index}`}
            class={`picker-row ${index === at ? 'active' : ''}`}
            role="option"
            aria-selected={index === at}
            // Keeps the focus in the filter box.
            onMouseDown={(event) => {
              event.preventDefault();
            }}
            onClick={() => {
              choose(option);
            }}
          >
            <span class="picker-check">
              <Icon name={option.icon} />
            </span>
            <span class="picker-text">{option.label}</span>
            {option.detail !== '' && <span class="picker-detail">{option.detail}</span>}
          </div>
        ))}
      </div>
      {shown.length === 0 && <p class="picker-more">{t('Nothing here has that name.')}</p>}
      {fitting.length > shown.length && (
        <p class="picker-more">{t('{0} more: type to find them', fitting.length - shown.length)}</p>
      )}
    </div>
  );
}
