import { turningPieces } from '../visibleText.ts';
import type { highlight } from './highlight.ts';
import type { CodeSpan } from './highlightedLines.ts';

/** A part ends with the line in which it reaches this, so that growing code costs as much at its end. Characters. */
const PART = 4_096;
/** What stays open longer than this, as a string that never ends, leaves all that follows plain. Characters. */
const LONGEST_OPEN = 65_536;

interface Part {
  readonly element: HTMLElement;
  code: string;
  /** The lines in colours, and what they were made of. */
  readonly lines: { readonly key: string; readonly node: HTMLElement }[];
  /** What has come since, without colours. */
  readonly plain: Text;
}

/**
 * The code of a block that grows at its end, in parts. What comes appears at once and plain; {@link colour} gives it
 * its colours, and what is complete is never coloured again. Only lines that differ are drawn again, so that a
 * selection in a growing block stays.
 */
export class CodeText {
  readonly #container: Element;
  #language = '';
  #code = '';
  #parts: Part[] = [];
  /** The parts that are coloured next, together. */
  #next = { start: 0, end: 1 };
  #isColoured = true;

  constructor(container: Element) {
    this.#container = container;
  }

  /** Shows this from now on. */
  show(code: string, language: string): void {
    if (language !== this.#language || !code.startsWith(this.#code)) {
      this.#container.replaceChildren();
      this.#parts = [];
      this.#next = { start: 0, end: 1 };
      this.#code = '';
    }
    this.#add(code.slice(this.#code.length));
    this.#code = code;
    this.#language = language;
    this.#isColoured = false;
  }

  /** Gives the next parts their colours. False when all have them. */
  colour(colours: typeof highlight): boolean {
    const parts = this.#parts.slice(this.#next.start, this.#next.end);
    const code = parts.map((part) => part.code).join('');
    const highlighted = this.#isColoured || code === '' ? null : colours(code, this.#language);
    this.#isColoured = highlighted === null || this.#next.end >= this.#parts.length;
    if (highlighted === null) return false;
    let first = 0;
    for (const part of parts) first += drawLines(part, highlighted.lines, first);
    const { start, end } = this.#next;
    if (this.#isColoured) return false;
    if (highlighted.isClosed) this.#next = { start: end, end: end + 1 };
    else this.#next = { start, end: code.length > LONGEST_OPEN ? start : end + (end - start) };
    return true;
  }

  #add(text: string): void {
    let rest = text;
    while (rest !== '') {
      let part = this.#parts.at(-1);
      if (part === undefined || isFull(part.code)) this.#parts.push((part = this.#newPart()));
      const lineEnd = rest.indexOf('\n', Math.max(0, PART - part.code.length - 1));
      const taken = lineEnd === -1 ? rest : rest.slice(0, lineEnd + 1);
      part.code += taken;
      part.plain.appendData(taken);
      rest = rest.slice(taken.length);
    }
  }

  #newPart(): Part {
    const element = document.createElement('span');
    element.className = 'code-part';
    const plain = document.createTextNode('');
    element.append(plain);
    this.#container.append(element);
    return { element, code: '', lines: [], plain };
  }
}

function isFull(code: string): boolean {
  return code.length >= PART && code.endsWith('\n');
}

/** Draws the lines of a part, the first of which is at `first`. Tells how many these are. */
function drawLines(part: Part, all: readonly CodeSpan[][], first: number): number {
  const lines = part.code.split('\n');
  for (const at of lines.keys()) {
    const line = all[first + at] ?? [];
    const spans: CodeSpan[] = at === lines.length - 1 ? line : [...line, '\n'];
    if (spans.length === 0) continue;
    const key = JSON.stringify(spans);
    const drawn = part.lines[at];
    if (drawn?.key === key) continue;
    const node = document.createElement('span');
    addSpans(node, spans);
    if (drawn === undefined) part.plain.before(node);
    else drawn.node.replaceWith(node);
    part.lines[at] = { key, node };
  }
  part.plain.data = '';
  return lines.length - 1;
}

/** What turns the direction of what follows turns nothing here, and is seen; it is copied as it is. */
function addText(parent: Element, text: string): void {
  for (const piece of turningPieces(text)) {
    if (typeof piece === 'string') {
      parent.append(piece);
      continue;
    }
    const mark = document.createElement('span');
    mark.className = 'turning';
    mark.title = piece.shown;
    mark.textContent = piece.character;
    parent.append(mark);
  }
}

function addSpans(parent: Element, spans: readonly CodeSpan[]): void {
  for (const span of spans) {
    if (typeof span === 'string') {
      addText(parent, span);
      continue;
    }
    const element = document.createElement('span');
    element.className = span.className;
    addSpans(element, span.children);
    parent.append(element);
  }
}
