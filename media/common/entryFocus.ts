import { useEffect } from 'preact/hooks';

/**
 * Gives the focus to what a view is there for when the user comes into it and nothing there has it. VS Code may give a
 * view the focus before its page is drawn or after; one that the user is not in takes none from the editor.
 */
export function useEntryFocus(focus: () => void): void {
  useEffect(() => {
    const come = (): void => {
      if (document.activeElement === document.body) focus();
    };
    if (document.hasFocus()) come();
    globalThis.addEventListener('focus', come);
    return () => {
      globalThis.removeEventListener('focus', come);
    };
  }, []);
}
