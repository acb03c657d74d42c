import { t } from '../../../src/base/texts.ts';
import { visibleName } from '../visibleText.ts';
import { CodeText } from './codeText.ts';
import type { Diagrams } from './diagrams.ts';
import type { highlight } from './highlight.ts';

/** What highlighting may take in one go before the view gets to do something else. Milliseconds. */
const BUDGET_MS = 6;
/** A block that is still growing is highlighted again after this many times what the last time took. */
const PAUSE_FACTOR = 10;

/** Code, its language and the file that it is for; both empty where they are not known. */
export interface Code {
  readonly language: string;
  readonly file: string;
  readonly code: string;
}

interface CodeBlock {
  shown: Code;
  readonly label: HTMLElement;
  readonly run: HTMLElement;
  readonly text: CodeText;
  dueMs: number;
}

/**
 * Makes the elements that show code, with what it is and its buttons (`data-action`, see {@link actions}; folding and
 * wrapping happen here). Code appears at once and gets its colours when there is time; what gives them is loaded with
 * the first code.
 */
export class CodeBlocks {
  readonly #blocks = new WeakMap<Element, CodeBlock>();
  readonly #uncoloured = new Set<CodeBlock>();
  readonly #diagrams: Pick<Diagrams, 'watch'>;
  #highlight: typeof highlight | undefined;
  #loading: Promise<unknown> | undefined;
  #scheduled = false;

  constructor(diagrams: Pick<Diagrams, 'watch'>) {
    this.#diagrams = diagrams;
  }

  create(code: Code): HTMLElement {
    const element = document.createElement('div');
    element.className = 'code-block';
    const bar = append(element, 'div', 'code-bar');
    const fold = addButton(bar, 'fold');
    fold.ariaExpanded = 'true';
    const label = append(bar, 'span', 'code-language');
    const buttons = append(bar, 'span', 'code-actions');
    const run = addButton(buttons, 'run');
    for (const action of ['apply', 'insert', 'new-file', 'wrap', 'copy'] as const) addButton(buttons, action);
    const scroller = append(element, 'pre', '');
    scroller.tabIndex = 0;
    const text = new CodeText(append(scroller, 'code', ''));
    const shown = { language: '', file: '', code: '' };
    this.#blocks.set(element, { shown, label, run, text, dueMs: 0 });
    this.update(element, code);
    run.hidden = !shells.has(code.language);
    return element;
  }

  /** Shows this code in an element that {@link create} has made; false when it is none. */
  update(element: Element, next: Code): boolean {
    const block = this.#blocks.get(element);
    if (block === undefined) return false;
    const { shown } = block;
    if (shown.language === next.language && shown.code === next.code && shown.file === next.file) return true;
    block.text.show(next.code, next.language);
    block.shown = next;
    const file = visibleName(next.file);
    block.label.textContent = file === '' ? next.language : file;
    block.label.title = file === '' ? '' : `${file} (${next.language})`;
    block.run.hidden = !shells.has(next.language);
    this.#uncoloured.add(block);
    this.#schedule(0);
    if (next.language === 'mermaid') this.#diagrams.watch(element, next.code);
    return true;
  }

  /** Does what a button of a block does to the block itself; false for all other buttons. */
  act(element: Element, button: HTMLElement): boolean {
    const { action } = button.dataset;
    if (action === 'fold') {
      fold(element, button, !element.classList.contains('folded'));
    } else if (action === 'wrap') {
      button.ariaPressed = String(element.classList.toggle('wrapped'));
    } else {
      return false;
    }
    return true;
  }

  /** Folds the blocks in `container` that are for a file. */
  foldFiles(container: ParentNode): void {
    for (const element of container.querySelectorAll('.code-block')) {
      const button = element.querySelector<HTMLElement>('.code-fold');
      if (button !== null && (this.#blocks.get(element)?.shown.file ?? '') !== '') fold(element, button, true);
    }
  }

  /** The code that an element shows, if it is one of these. */
  codeOf(element: Element): string | undefined {
    return this.#blocks.get(element)?.shown.code;
  }

  /** The language that an element names. */
  languageOf(element: Element): string {
    return this.#blocks.get(element)?.shown.language ?? '';
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
    const colours = this.#highlight;
    if (colours === undefined) {
      this.#loading ??= this.#load();
      return;
    }
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
      let hasMore = true;
      let afterMs = beforeMs;
      while (hasMore && afterMs - startMs <= BUDGET_MS) {
        hasMore = block.text.colour(colours);
        afterMs = performance.now();
      }
      if (hasMore) {
        nextMs = afterMs;
        break;
      }
      this.#uncoloured.delete(block);
      block.dueMs = afterMs + (afterMs - beforeMs) * PAUSE_FACTOR;
    }
    if (nextMs !== Infinity) this.#schedule(Math.max(0, nextMs - performance.now()));
  }

  /** Where it cannot be loaded, code stays plain. */
  async #load(): Promise<void> {
    const module = await import('./highlight.ts').catch(() => undefined);
    this.#highlight = module?.highlight;
    if (module !== undefined) this.#schedule(0);
  }
}

const actions = {
  fold: {
    icon: 'chevron-down',
    get label() {
      return t('Fold the code');
    },
  },
  run: {
    icon: 'terminal',
    get label() {
      return t('Run in the terminal…');
    },
  },
  apply: {
    icon: 'diff',
    get label() {
      return t('Apply to the file');
    },
  },
  insert: {
    icon: 'insert',
    get label() {
      return t('Insert at cursor');
    },
  },
  'new-file': {
    icon: 'new-file',
    get label() {
      return t('Open as a new file');
    },
  },
  wrap: {
    icon: 'word-wrap',
    get label() {
      return t('Wrap long lines');
    },
  },
  copy: {
    icon: 'copy',
    get label() {
      return t('Copy');
    },
  },
} as const;

/** Languages that a terminal understands. */
const shells: ReadonlySet<string> = new Set([
  ...['bash', 'sh', 'shell', 'zsh', 'fish', 'console', 'shellscript', 'terminal'],
  ...['powershell', 'pwsh', 'ps1', 'bat', 'cmd'],
]);

function fold(element: Element, button: HTMLElement, isFolded: boolean): void {
  element.classList.toggle('folded', isFolded);
  button.ariaExpanded = String(!isFolded);
  button.title = isFolded ? t('Unfold the code') : actions.fold.label;
  button.ariaLabel = button.title;
}

function addButton(parent: Element, action: keyof typeof actions): HTMLElement {
  const { icon, label } = actions[action];
  const button = append(parent, 'button', `icon-button code-${action}`);
  button.type = 'button';
  button.dataset['action'] = action;
  button.title = label;
  button.setAttribute('aria-label', label);
  if (action === 'wrap') button.ariaPressed = 'false';
  append(button, 'span', `codicon codicon-${icon}`).ariaHidden = 'true';
  return button;
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
