/** More marks than that nobody looks at. */
const MOST_MARKS = 2_000;

/**
 * Marks words in the text of the elements that a selector finds, under a name that styles know as `::highlight(NAME)`;
 * the document stays as it is. No words: the marks are taken away.
 */
export function markWords(name: string, selector: string, words: string): void {
  // Not in every browser of today.
  if (!('highlights' in CSS)) return;
  CSS.highlights.delete(name);
  const wanted = words.toLowerCase();
  if (wanted === '') return;
  const ranges: Range[] = [];
  for (const element of document.querySelectorAll(selector)) {
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node !== null && ranges.length < MOST_MARKS; node = texts.nextNode()) {
      const text = (node.nodeValue ?? '').toLowerCase();
      // Where a letter has another length in lower case the places would be wrong.
      if (text.length !== node.nodeValue?.length) continue;
      for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + wanted.length)) {
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + wanted.length);
        ranges.push(range);
      }
    }
  }
  if (ranges.length > 0) CSS.highlights.set(name, new Highlight(...ranges));
}
