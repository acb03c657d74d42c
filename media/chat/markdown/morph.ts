import type { Islands } from './islands.ts';

/**
 * Makes the children of `parent` from index `start` on equal to `next`, changing as little as
 * possible: what a reader has selected or scrolled in a part that stays the same is left alone.
 * What is the source of an {@link Islands island} becomes one.
 */
export function morphChildren(parent: Element, start: number, next: readonly Node[], islands: Islands): void {
  for (const [at, node] of next.entries()) {
    const old = parent.childNodes[start + at];
    if (old === undefined) parent.append(placed(node, islands));
    else morph(old, node, islands);
  }
  while (parent.childNodes.length > start + next.length) parent.lastChild?.remove();
}

function morph(old: ChildNode, next: Node, islands: Islands): void {
  if (old instanceof Text && next instanceof Text) {
    if (next.data.startsWith(old.data)) old.appendData(next.data.slice(old.data.length));
    else old.data = next.data;
  } else if (islands.isSource(next)) {
    const updated = old instanceof Element && islands.update(old, next);
    if (!updated) old.replaceWith(placed(next, islands));
  } else if (old instanceof Element && next instanceof Element && canBecome(old, next, islands)) {
    for (const { name } of [...old.attributes]) if (!next.hasAttribute(name)) old.removeAttribute(name);
    for (const { name, value } of next.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    morphChildren(old, 0, [...next.childNodes], islands);
  } else {
    old.replaceWith(placed(next, islands));
  }
}

function canBecome(old: Element, next: Element, islands: Islands): boolean {
  return old.nodeName === next.nodeName && !islands.owns(old);
}

/** The node itself, with islands in place of their sources. */
function placed(node: Node, islands: Islands): Node {
  if (islands.isSource(node)) return islands.create(node);
  if (node instanceof Element) {
    for (const source of islands.within(node)) source.replaceWith(islands.create(source));
  }
  return node;
}
