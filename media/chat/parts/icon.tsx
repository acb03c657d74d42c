import type { JSX, Ref } from 'preact';

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
  return (
    <button
      type="button"
      ref={props.buttonRef ?? null}
      class={`icon-button ${props.class ?? ''}`}
      title={props.label}
      aria-label={props.label}
      aria-expanded={props.expanded}
      aria-pressed={props.pressed}
      disabled={props.disabled ?? false}
      tabIndex={props.tabIndex ?? 0}
      onClick={props.onClick}
    >
      <Icon name={props.icon} />
    </button>
  );
}
