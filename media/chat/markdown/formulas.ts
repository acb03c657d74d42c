import type Katex from 'katex';
import type { KatexOptions } from 'katex';

interface Formula {
  readonly tex: string;
  readonly display: boolean;
}

const options: KatexOptions = {
  throwOnError: true,
  // No links, no classes, no pictures, no HTML out of a formula.
  trust: false,
  strict: false,
  maxSize: 20,
  maxExpand: 500,
  output: 'htmlAndMathml',
};

/** Draws formulas with KaTeX, which is loaded at the first one. One that has a mistake is shown as its source. */
export class Formulas {
  readonly #formulas = new WeakMap<Element, Formula>();
  #loading: Promise<Pick<typeof Katex, 'render'>> | undefined;

  create(tex: string, display: boolean): HTMLElement {
    const element = document.createElement(display ? 'div' : 'span');
    element.className = display ? 'formula formula-block' : 'formula';
    if (display) element.tabIndex = 0;
    element.dir = 'ltr';
    this.#formulas.set(element, { tex, display });
    const source = document.createElement('code');
    source.textContent = tex;
    element.append(source);
    void this.#draw(element, { tex, display });
    return element;
  }

  shows(element: Element, tex: string, display: boolean): boolean {
    const known = this.#formulas.get(element);
    return known?.tex === tex && known.display === display;
  }

  owns(element: Element): boolean {
    return this.#formulas.has(element);
  }

  async #draw(element: HTMLElement, { tex, display }: Formula): Promise<void> {
    try {
      this.#loading ??= import('./katexEntry.ts').then(({ katex }) => katex);
      const katex = await this.#loading;
      const drawn = document.createElement('span');
      katex.render(tex, drawn, { ...options, displayMode: display });
      element.replaceChildren(...drawn.childNodes);
    } catch {
      element.classList.add('formula-wrong');
    }
  }
}
