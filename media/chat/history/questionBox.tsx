import type { ComponentChildren, JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Place } from './popup.ts';

interface QuestionBoxProps {
  readonly role: 'alertdialog' | 'dialog';
  readonly labelledBy: string;
  readonly at: Place;
  readonly close: (how?: { keepFocus: boolean }) => void;
  readonly children: ComponentChildren;
}

/** A box over the history that asks something: closed by Escape, and when the focus goes elsewhere. */
export function QuestionBox({ role, labelledBy, at, close, children }: QuestionBoxProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (box.current === null) return;
    box.current.style.top = `${Math.max(4, Math.min(at.y, innerHeight - box.current.offsetHeight - 4))}px`;
  }, [at.y]);
  return (
    <div
      class="question-box"
      ref={box}
      role={role}
      aria-labelledby={labelledBy}
      onKeyDown={(event) => {
        // The tree behind it hears nothing of what is typed here.
        event.stopPropagation();
        if (event.key === 'Escape') close();
      }}
      onFocusOut={({ relatedTarget }) => {
        if (relatedTarget instanceof Node && box.current?.contains(relatedTarget) === false) close({ keepFocus: true });
      }}
    >
      {children}
    </div>
  );
}
