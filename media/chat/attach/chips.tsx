import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { plural, t } from '../../../src/base/texts.ts';
import type { ContextChip } from '../../../src/protocol/chatContext.ts';
import type { Ask } from '../chatConnection.ts';
import { Icon } from '../parts/icon.tsx';
import { visibleName } from '../visibleText.ts';
import { tokensText } from './tokensText.ts';

interface ChipsProps {
  readonly chips: readonly ContextChip[];
  readonly ask: Ask;
  /** To be called when the keys have left the chips. */
  readonly focusInput: () => void;
}

/**
 * What goes along with the next question: Enter or a click opens it, Delete removes it, P pins it, the arrows go from
 * one to the next.
 */
export function Chips({ chips: given, ask, focusInput }: ChipsProps): JSX.Element | null {
  const chips = given.map((chip) => ({ ...chip, label: visibleName(chip.label), detail: visibleName(chip.detail) }));
  const list = useRef<HTMLUListElement>(null);
  if (chips.length === 0) return null;
  const focusAt = (at: number): void => {
    const buttons = list.current?.querySelectorAll<HTMLButtonElement>('.attachment-main');
    const button = buttons?.[Math.min(at, (buttons.length || 1) - 1)];
    if (button === undefined || at < 0 || buttons?.length === 0) focusInput();
    else button.focus();
  };
  const remove = (chip: ContextChip): void => {
    if (chip.isAutomatic) void ask('switchActiveFile', { isOn: chip.state === 'off' });
    else void ask('detachContext', { id: chip.id });
  };
  const onKeyDown = (event: KeyboardEvent, chip: ContextChip, at: number): void => {
    const keys: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => {
        focusAt(Math.max(0, at - 1));
      },
      ArrowRight: () => {
        focusAt(at + 1);
      },
      ArrowDown: focusInput,
      Escape: focusInput,
      Delete: () => {
        remove(chip);
        if (!chip.isAutomatic) focusAt(chips.length === 1 ? -1 : at === 0 ? 1 : at - 1);
      },
      p: () => {
        if (!chip.isAutomatic) void ask('pinContext', { id: chip.id, isPinned: !chip.isPinned });
      },
    };
    const act = keys[event.key === 'Backspace' ? 'Delete' : event.key];
    if (act === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  const problems = chips.flatMap(({ problem }) => problem ?? []);
  return (
    <>
      <ul class="attachments" aria-label={t('Goes along with your question')} ref={list}>
        {chips.map((chip, at) => (
          <li
            key={chip.id}
            class={`attachment attachment-${chip.state} ${chip.isAutomatic ? 'attachment-automatic' : ''}`}
          >
            <button
              type="button"
              class="attachment-main"
              tabIndex={at === chips.length - 1 ? 0 : -1}
              title={titleOf(chip)}
              aria-keyshortcuts={chip.isAutomatic ? 'Delete' : 'Delete P'}
              onClick={() => void ask('openContext', { id: chip.id })}
              onKeyDown={(event) => {
                onKeyDown(event, chip, at);
              }}
            >
              <Icon name={iconOf(chip)} />
              <span class="attachment-label">{chip.label}</span>
              {chip.state === 'ready' && chip.tokens !== null && chip.tokens > 0 && (
                <span class="attachment-tokens">{tokensText(chip.tokens)}</span>
              )}
              <span class="visually-hidden"> {spoken(chip)}</span>
            </button>
            {!chip.isAutomatic && chip.state !== 'failed' && (
              <ChipButton
                icon={chip.isPinned ? 'pinned' : 'pin'}
                label={chip.isPinned ? t('Unpin {0}', chip.label) : t('Pin {0} for the whole chat', chip.label)}
                isPressed={chip.isPinned}
                onClick={() => void ask('pinContext', { id: chip.id, isPinned: !chip.isPinned })}
              />
            )}
            <ChipButton
              icon={chip.isAutomatic ? (chip.state === 'off' ? 'eye-closed' : 'eye') : 'close'}
              label={removeLabel(chip)}
              onClick={() => {
                remove(chip);
              }}
            />
          </li>
        ))}
      </ul>
      {problems.length > 0 && (
        <div class="attachment-problem" role="alert">
          {problems.join(' ')}
        </div>
      )}
    </>
  );
}

interface ChipButtonProps {
  readonly icon: string;
  readonly label: string;
  readonly isPressed?: boolean;
  readonly onClick: () => void;
}

/** The keys do the same on the chip itself, so that each chip is one stop. */
function ChipButton({ icon, label, isPressed, onClick }: ChipButtonProps): JSX.Element {
  return (
    <button
      type="button"
      class="attachment-button"
      tabIndex={-1}
      title={label}
      aria-label={label}
      aria-pressed={isPressed}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

function iconOf({ state, icon }: ContextChip): string {
  return state === 'reading' ? 'loading' : state === 'failed' ? 'warning' : icon;
}

function removeLabel({ isAutomatic, state, label }: ContextChip): string {
  if (!isAutomatic) return t('Remove {0}', label);
  return state === 'off' ? t('Let {0} go along', label) : t('Leave {0} out in this chat', label);
}

function titleOf({ label, detail, tokens, problem, state }: ContextChip): string {
  if (problem !== null) return problem;
  const known = tokens === null || tokens === 0 ? '' : plural(tokens, '{0} token', '{0} tokens');
  const off = state === 'off' ? t('does not go along in this chat') : '';
  return [label, detail, known, off].filter((part) => part !== '').join('\n');
}

/** What the icons and the place of a chip tell those who see them. */
function spoken({ detail, isPinned, isAutomatic, state, tokens }: ContextChip): string {
  const how = { reading: t('is being read'), failed: t('cannot go along'), off: t('does not go along'), ready: '' }[
    state
  ];
  const counted = state === 'ready' && tokens !== null && tokens > 0 ? t('tokens') : '';
  const parts = [counted, isAutomatic ? t('active file') : '', how, isPinned ? t('pinned') : '', detail];
  return parts.filter((part) => part !== '').join(', ');
}
