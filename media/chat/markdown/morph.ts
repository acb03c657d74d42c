import type { CodeBlocks } from './codeBlocks.ts';

/**
 * Makes the children of `parent` from index `start` on equal to `next`, changing as little as
 * possible: what a reader has selected or scrolled in a part that stays the same is left alone.
 * Each `pre` becomes a code block.
 */
export function morphChildren(parent: Element, start: number, next: readonly Node[], codeBlocks: CodeBlocks): void {
  for (const [at, node] of next.entries()) {
    const old = parent.childNodes[start + at];
    if (old === undefined) parent.append(placed(node, codeBlocks));
    else morph(old, node, codeBlocks);
  }
  while (parent.childNodes.length > start + next.length) parent.lastChild?.remove();
}

function morph(old: ChildNode, next: Node, codeBlocks: CodeBlocks): void {
  if (old instanceof Text && next instanceof Text) {
    if (next.data.startsWith(old.data)) old.appendData(next.data.slice(old.data.length));
    else old.data = next.data;
  } else if (next instanceof HTMLPreElement) {
    const updated = old instanceof Element && codeBlocks.update(old, languageOf(next), next.textContent);
    if (!updated) old.replaceWith(placed(next, codeBlocks));
  } else if (old instanceof Element && next instanceof Element && canBecome(old, next, codeBlocks)) {
    for (const { name } of [...old.attributes]) if (!next.hasAttribute(name)) old.removeAttribute(name);
    for (const { name, value } of next.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    morphChildren(old, 0, [...next.childNodes], codeBlocks);
  } else {
    old.replaceWith(placed(next, codeBlocks));
  }
}

function canBecome(old: Element, next: Element, codeBlocks: CodeBlocks): boolean {
  return old.nodeName === next.nodeName && codeBlocks.codeOf(old) === undefined;
}

/** The node itself, its `pre` elements replaced. */
function placed(node: Node, codeBlocks: CodeBlocks): Node {
  if (node instanceof HTMLPreElement) return codeBlocks.create(languageOf(node), node.textContent);
  if (node instanceof Element) {
    for (const pre of node.querySelectorAll('pre')) {
      pre.replaceWith(codeBlocks.create(languageOf(pre), pre.textContent));
    }
  }
  return node;
}

function languageOf(pre: HTMLPreElement): string {
  return pre.dataset['language'] ?? '';
}
