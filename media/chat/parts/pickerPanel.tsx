import type { ComponentChildren, JSX, RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

interface PickerPanelProps {
  readonly class?: string;
  readonly label: string;
  readonly close: (how?: { keepFocus: boolean }) => void;
  /** What has the focus when it opens; by default the panel itself. */
  readonly focusOn?: string;
  /** Keys besides Escape. */
  readonly onKeyDown?: (event: KeyboardEvent) => void;
  /** The panel's element, for whoever needs it. */
  readonly panel?: RefObject<HTMLDivElement | null>;
  readonly children: ComponentChildren;
}

/** A panel over the chat that takes the focus, and closes with Escape and when the focus goes elsewhere. */
export function PickerPanel(props: PickerPanelProps): JSX.Element {
  const { label, close, focusOn, onKeyDown, children } = props;
  const own = useRef<HTMLDivElement>(null);
  const panel = props.panel ?? own;
  useLayoutEffect(() => {
    const first = focusOn === undefined ? panel.current : panel.current?.querySelector<HTMLElement>(focusOn);
    first?.focus();
  }, []);
  return (
    <div
      class={`picker ${props.class ?? ''}`}
      ref={panel}
      role="dialog"
      {...(focusOn === undefined ? { tabIndex: 0 } : {})}
      aria-label={label}
      onKeyDown={(event) => {
        if (event.isComposing) return;
        if (event.key !== 'Escape') {
          onKeyDown?.(event);
          return;
        }
        event.preventDefault();
        event.stopPropagation();
        close();
      }}
      onFocusOut={({ relatedTarget }) => {
        const isOutside = relatedTarget instanceof Node && panel.current?.contains(relatedTarget) === false;
        if (isOutside) close({ keepFocus: true });
      }}
    >
      {children}
    </div>
  );
}
