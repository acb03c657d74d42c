import type { HTMLAttributes } from 'preact';

declare module 'preact' {
  namespace JSX {
    /** The parts of `@vscode-elements/elements` that are used. */
    interface IntrinsicElements {
      'vscode-button': HTMLAttributes<HTMLElement> & { secondary?: boolean; disabled?: boolean; block?: boolean };
      'vscode-progress-bar': HTMLAttributes<HTMLElement> & { value: number; max: number; ariaLabel: string };
    }
  }
}
