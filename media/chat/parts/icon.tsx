import type { JSX, Ref } from 'preact';
import { t } from '../../../src/base/texts.ts';

/** A codicon; it says nothing to a screen reader. */
export function Icon({ name }: { name: string }): JSX.Element {
  return <span class={`codicon codicon-${name}`} aria-hidden="true" />;
}

interface IconButtonProps {
  readonly icon: string;
  /** What it does: tooltip and accessible name. */
  readonly label: string;
  readonly onClick: (event: MouseEvent) => void;
  readonly disabled?: boolean;
  /** It does nothing while an answer is written, says so, and keeps the focus. */
  readonly waits?: boolean;
  readonly class?: string;
  /** Set for a button that opens something: whether it is open. */
  readonly expanded?: boolean;
  /** Set for a button that is a choice: whether it is made. */
  readonly pressed?: boolean;
  readonly tabIndex?: number;
  readonly buttonRef?: Ref<HTMLButtonElement>;
}

/** A button that is an icon, as in VS Code's toolbars. */
export function IconButton(props: IconButtonProps): JSX.Element {
  const { waits = false, disabled = false } = props;
  return (
    <button
      type="button"
      ref={props.buttonRef ?? null}
      class={`icon-button ${props.class ?? ''}`}
      title={waits && !disabled ? `${props.label}\n${t('Possible once the answer is finished.')}` : props.label}
      aria-label={props.label}
      aria-expanded={props.expanded}
      aria-pressed={props.pressed}
      disabled={disabled}
      aria-disabled={waits || undefined}
      tabIndex={props.tabIndex ?? 0}
      onClick={waits ? undefined : props.onClick}
    >
      <Icon name={props.icon} />
    </button>
  );
}
