/**
 * Lets each block of an answer be written from where its own text begins, whatever stands around it. Code is written
 * from left to right, and what it says tells nothing of the text that it stands in.
 */
export function setDirections(blocks: DocumentFragment): void {
  for (const block of blocks.children) {
    if (block instanceof HTMLElement && block.tagName !== 'PRE') block.dir = 'auto';
  }
  for (const code of blocks.querySelectorAll('code')) code.dir = 'ltr';
}
