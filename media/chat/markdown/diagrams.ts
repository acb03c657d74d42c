import { t } from '../../../src/base/texts.ts';
import type { DiagramPainter } from './diagramPainter.ts';

/** A diagram that still grows is drawn when it has rested so long. Milliseconds. */
const REST_MS = 500;

/**
 * Draws the diagrams of code blocks in Mermaid above their code, once they are in sight. What Mermaid does not
 * understand stays code. The code itself is folded under its picture.
 */
export class Diagrams {
  readonly #sources = new WeakMap<Element, string>();
  readonly #timers = new WeakMap<Element, ReturnType<typeof setTimeout>>();
  /** The theme and the source of each picture. */
  readonly #drawn = new WeakMap<Element, string>();
  #painter: Promise<DiagramPainter> | undefined;
  #observer: IntersectionObserver | undefined;

  /** A block has this source from now on. */
  watch(block: Element, source: string): void {
    this.#sources.set(block, source);
    this.#observer ??= new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) if (isIntersecting) this.#soon(target);
    });
    this.#observer.unobserve(block);
    this.#observer.observe(block);
  }

  #soon(block: Element): void {
    clearTimeout(this.#timers.get(block));
    this.#timers.set(
      block,
      setTimeout(() => void this.#draw(block), REST_MS),
    );
  }

  async #loadPainter(): Promise<DiagramPainter> {
    const { DiagramPainter } = await import('./diagramPainter.ts');
    // A picture has the colours of the theme that it was drawn in.
    new MutationObserver(() => {
      for (const block of document.querySelectorAll('.code-block.has-diagram')) this.#soon(block);
    }).observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
    return new DiagramPainter();
  }

  async #draw(block: Element): Promise<void> {
    const source = this.#sources.get(block) ?? '';
    const key = `${document.body.dataset['vscodeThemeId'] ?? ''} ${document.body.className}\n${source}`;
    const before = block.querySelector('.diagram');
    if (before !== null && this.#drawn.get(before) === key) return;
    try {
      this.#painter ??= this.#loadPainter();
      const picture = await (await this.#painter).paint(source);
      const image = document.createElement('img');
      image.src = picture.address;
      image.width = picture.width;
      // What is no picture stays code.
      await image.decode();
      if (this.#sources.get(block) !== source || !block.isConnected) return;
      image.alt = t('Diagram: {0}', source.slice(0, 300));
      const diagram = document.createElement('div');
      diagram.className = 'diagram';
      this.#drawn.set(diagram, key);
      diagram.tabIndex = 0;
      diagram.append(image);
      if (before === null) block.querySelector('.code-bar')?.after(diagram);
      else before.replaceWith(diagram);
      block.classList.add('has-diagram');
    } catch {
      before?.remove();
      block.classList.remove('has-diagram');
    }
  }
}
