/** More rows than that are not kept for a selection: all of a long chat is copied in another way. */
const MOST_SELECTED = 200;

/** The ids of the rows that must not go while the user has the focus or a selection in them. */
export function rowsInUse(content: HTMLElement): readonly string[] {
  const ids = new Set<string>();
  const focused = rowOf(document.activeElement, content);
  if (focused !== undefined) ids.add(idOf(focused));
  const selection = document.getSelection();
  if (selection === null || selection.isCollapsed || selection.rangeCount === 0) return [...ids];
  const { startContainer, endContainer } = selection.getRangeAt(0);
  const [first, last] = [rowOf(startContainer, content), rowOf(endContainer, content)];
  let count = 0;
  for (let row: Element | null | undefined = first; row !== null && row !== undefined; row = row.nextElementSibling) {
    if (row instanceof HTMLElement && row.dataset['row'] !== undefined) ids.add(idOf(row));
    if (row === last || ++count > MOST_SELECTED) break;
  }
  if (last !== undefined) ids.add(idOf(last));
  return [...ids];
}

function rowOf(node: Node | null, content: HTMLElement): HTMLElement | undefined {
  const element = node instanceof Element ? node : node?.parentElement;
  const row = element?.closest<HTMLElement>('[data-row]');
  return row !== null && row !== undefined && content.contains(row) ? row : undefined;
}

function idOf(row: HTMLElement): string {
  return row.dataset['row'] ?? '';
}
