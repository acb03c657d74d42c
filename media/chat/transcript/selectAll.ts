/** Selects everything in an element. */
export function selectAll(element: Element | null): void {
  if (element !== null) document.getSelection()?.selectAllChildren(element);
}

/** Whether everything in an element is selected, as {@link selectAll} does it. */
export function isAllSelected(element: Element | null): boolean {
  const selection = document.getSelection();
  if (selection === null || selection.rangeCount === 0) return false;
  const { startContainer, endContainer, collapsed } = selection.getRangeAt(0);
  return !collapsed && startContainer === element && endContainer === element;
}
