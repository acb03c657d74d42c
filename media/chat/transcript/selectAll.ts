import { useEffect, useRef } from 'preact/hooks';

/** Selects everything in an element. */
export function selectAll(element: Element | null): void {
  if (element !== null) document.getSelection()?.selectAllChildren(element);
}

/**
 * What a copy does while all of an element is selected: `copy` may do it in its own way, as it has to where not all is
 * drawn; where it gives false, the browser copies what is selected.
 */
export function useCopyOfAll(
  element: { readonly current: Element | null },
  copy: () => boolean,
): (event: ClipboardEvent) => void {
  const isAll = useRef(false);
  useEffect(() => {
    const look = (): void => {
      const selection = document.getSelection();
      const { current } = element;
      if (selection === null || selection.rangeCount === 0 || current === null) isAll.current = false;
      else {
        const { startContainer, startOffset, endContainer, endOffset } = selection.getRangeAt(0);
        // Rows may have come to the selected ones since.
        isAll.current = [startContainer, endContainer].every((end) => end === current) && startOffset < endOffset;
      }
    };
    document.addEventListener('selectionchange', look);
    return () => {
      document.removeEventListener('selectionchange', look);
    };
  }, []);
  return (event) => {
    if (isAll.current && copy()) event.preventDefault();
  };
}
