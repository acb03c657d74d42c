import type { CodeBlocks } from './codeBlocks.ts';
import type { Formulas } from './formulas.ts';
import type { Pictures } from './pictures.ts';

/**
 * The elements of an answer that draw themselves: code blocks (from `pre`), formulas (`data-math`) and pictures
 * (`data-picture`). What is drawn stays as long as its source does.
 */
export class Islands {
  readonly #code: CodeBlocks;
  readonly #formulas: Formulas;
  readonly #pictures: Pictures;

  constructor(code: CodeBlocks, formulas: Formulas, pictures: Pictures) {
    this.#code = code;
    this.#formulas = formulas;
    this.#pictures = pictures;
  }

  /** Whether an element is the source of one. */
  isSource(node: Node): node is HTMLElement {
    return node instanceof HTMLElement && node.matches(sources);
  }

  /** The sources inside an element. */
  within(element: Element): Iterable<HTMLElement> {
    return element.querySelectorAll<HTMLElement>(sources);
  }

  create(source: HTMLElement): HTMLElement {
    const { math, picture } = source.dataset;
    if (math !== undefined) return this.#formulas.create(source.textContent, math === 'block');
    if (picture !== undefined) return this.#pictures.create(picture, source.textContent);
    const { language = '', file = '' } = source.dataset;
    return this.#code.create({ language, file, code: source.textContent });
  }

  /** Shows this source in an element that {@link create} has made; false when that is none, or of another kind. */
  update(element: Element, source: HTMLElement): boolean {
    const { math, picture, language = '', file = '' } = source.dataset;
    if (math !== undefined) return this.#formulas.shows(element, source.textContent, math === 'block');
    if (picture !== undefined) return this.#pictures.shows(element, picture);
    return this.#code.update(element, { language, file, code: source.textContent });
  }

  /** Whether {@link create} has made it. */
  owns(element: Element): boolean {
    return this.#code.codeOf(element) !== undefined || this.#formulas.owns(element) || this.#pictures.owns(element);
  }
}

const sources = 'pre, [data-math], [data-picture]';
