import { highlight } from './highlight.ts';
import type { CodeSpan } from './highlightedLines.ts';

/** What highlighting may take in one go before the view gets to do something else. Milliseconds. */
const BUDGET_MS = 6;
/** A block that is still growing is highlighted again after this many times what the last time took. */
const PAUSE_FACTOR = 10;

interface CodeBlock {
  language: string;
  code: string;
  readonly label: HTMLElement;
  readonly content: HTMLElement;
  /** The lines in colours, and what they were made of. */
  lines: { readonly key: string; readonly node: HTMLElement }[];
  /** What has come since, without colours. */
  readonly plain: Text;
  dueMs: number;
}

/**
 * Makes the elements that show code, with its language and its buttons (`data-action` apply,
 * insert or copy). Code appears at once and gets its colours when there is time; only lines that differ are
 * drawn again, so that a selection in a growing block stays.
 */
export class CodeBlocks {
  readonly #blocks = new WeakMap<Element, CodeBlock>();
  readonly #uncoloured = new Set<CodeBlock>();
  #scheduled = false;

  create(language: string, code: string): HTMLElement {
    const element = document.createElement('div');
    element.className = 'code-block';
    const bar = append(element, 'div', 'code-bar');
    const label = append(bar, 'span', 'code-language');
    addButton(bar, 'apply', 'Apply to the file');
    addButton(bar, 'insert', 'Insert at cursor');
    addButton(bar, 'copy', 'Copy');
    const scroller = append(element, 'pre', '');
    scroller.tabIndex = 0;
    const content = append(scroller, 'code', '');
    const plain = document.createTextNode('');
    content.append(plain);
    this.#blocks.set(element, { language: '', code: '', label, content, lines: [], plain, dueMs: 0 });
    this.update(element, language, code);
    return element;
  }

  /** Shows this code in an element that {@link create} has made; false when it is none. */
  update(element: Element, language: string, code: string): boolean {
    const block = this.#blocks.get(element);
    if (block === undefined) return false;
    if (block.language === language && block.code === code) return true;
    if (block.language === language && code.startsWith(block.code)) {
      block.plain.appendData(code.slice(block.code.length));
    } else {
      for (const { node } of block.lines) node.remove();
      block.lines = [];
      block.plain.data = code;
    }
    block.language = language;
    block.code = code;
    block.label.textContent = language;
    this.#uncoloured.add(block);
    this.#schedule(0);
    return true;
  }

  /** The code that an element shows, if it is one of these. */
  codeOf(element: Element): string | undefined {
    return this.#blocks.get(element)?.code;
  }

  /** The language that an element names. */
  languageOf(element: Element): string {
    return this.#blocks.get(element)?.language ?? '';
  }

  #schedule(afterMs: number): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    const colour = (): void => {
      this.#colour();
    };
    setTimeout(() => {
      // Safari has no idle time to tell of.
      if ('requestIdleCallback' in globalThis) requestIdleCallback(colour, { timeout: 250 });
      else colour();
    }, afterMs);
  }

  #colour(): void {
    this.#scheduled = false;
    const startMs = performance.now();
    let nextMs = Infinity;
    for (const block of this.#uncoloured) {
      const beforeMs = performance.now();
      if (beforeMs - startMs > BUDGET_MS) nextMs = beforeMs;
      if (nextMs === beforeMs) break;
      if (block.dueMs > beforeMs) {
        nextMs = Math.min(nextMs, block.dueMs);
        continue;
      }
      this.#uncoloured.delete(block);
      draw(block);
      const afterMs = performance.now();
      block.dueMs = afterMs + (afterMs - beforeMs) * PAUSE_FACTOR;
    }
    if (nextMs !== Infinity) this.#schedule(Math.max(0, nextMs - performance.now()));
  }
}

function draw(block: CodeBlock): void {
  const lines = highlight(block.code, block.language);
  if (lines === null) return;
  for (const [at, line] of lines.entries()) {
    const spans: CodeSpan[] = at === lines.length - 1 ? line : [...line, '\n'];
    const key = JSON.stringify(spans);
    const drawn = block.lines[at];
    if (drawn?.key === key) continue;
    const node = document.createElement('span');
    addSpans(node, spans);
    if (drawn === undefined) block.plain.before(node);
    else drawn.node.replaceWith(node);
    block.lines[at] = { key, node };
  }
  for (const { node } of block.lines.splice(lines.length)) node.remove();
  block.plain.data = '';
}

function addSpans(parent: Element, spans: readonly CodeSpan[]): void {
  for (const span of spans) {
    if (typeof span === 'string') parent.append(span);
    else addSpans(append(parent, 'span', span.className), span.children);
  }
}

const icons = { apply: 'diff', insert: 'insert', copy: 'copy' } as const;

function addButton(parent: Element, action: keyof typeof icons, label: string): void {
  const button = append(parent, 'button', 'icon-button');
  button.type = 'button';
  button.dataset['action'] = action;
  button.title = label;
  button.setAttribute('aria-label', label);
  append(button, 'span', `codicon codicon-${icons[action]}`).ariaHidden = 'true';
}

function append<Name extends keyof HTMLElementTagNameMap>(
  parent: Element,
  name: Name,
  className: string,
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  if (className !== '') element.className = className;
  parent.append(element);
  return element;
}
