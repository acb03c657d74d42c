import { t } from '../../../src/base/texts.ts';
import type { ContextPassage } from '../../../src/protocol/store.ts';
import { placeOf } from '../passages.ts';
import type { SplitToken } from './blockItems.ts';
import { BlockParts, type NewBlocks } from './blockParts.ts';
import { BlockSplitter, type LinkDefinitions, languageOf } from './blockSplitter.ts';
import type { Islands } from './islands.ts';
import { pathInLine } from '../../../src/base/filePath.ts';
import type { Places } from './places.ts';
import { setDirections } from './directions.ts';
import { fileOf, renderTokens } from './renderTokens.ts';
import { sanitise } from './sanitise.ts';

/** What is taken into the view between two frames. Characters. */
const STEP = 8_192;
/** The share of time left to others while a block grows that is dear to draw. */
const PAUSE_FACTOR = 4;

/** What a view shows: `isComplete` says that no more text will come. */
export interface MarkdownContent {
  readonly text: string;
  readonly sources: readonly ContextPassage[];
  readonly isComplete: boolean;
}

/**
 * Shows Markdown that grows at its end. Blocks that are finished are parsed and drawn once; the open
 * one is drawn again at most once a frame, and less often the longer it takes.
 */
export class MarkdownView {
  readonly #container: HTMLElement;
  readonly #parts: BlockParts;
  readonly #places: Places;
  #content: MarkdownContent = { text: '', sources: [], isComplete: false };
  #splitter = new BlockSplitter();
  #knowsDefinitions = false;
  /** How much of the text the splitter has. */
  #taken = 0;
  /** The headings that the next finished block stands under. */
  #outline: number[] = [];
  #isDone = false;
  #frame: number | undefined;
  #notBeforeMs = 0;

  constructor(container: HTMLElement, islands: Islands, places: Places) {
    this.#container = container;
    this.#parts = new BlockParts(container, islands);
    this.#places = places;
  }

  /** Shows this from now on. The first part appears at once, the rest in the following frames. */
  update(content: MarkdownContent): void {
    const before = this.#content;
    this.#content = content;
    const continues = content.text.startsWith(before.text) && content.sources.length === before.sources.length;
    const isMore = content.text.length > before.text.length;
    if (!continues || (this.#isDone && isMore)) this.#restart();
    if (this.#isDone) return;
    this.#container.ariaBusy = 'true';
    if (this.#taken === 0) this.#step();
    else this.#stepLater();
  }

  dispose(): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#parts.dispose();
  }

  #restart(definitions?: LinkDefinitions): void {
    this.#splitter = new BlockSplitter(definitions);
    this.#knowsDefinitions = definitions !== undefined;
    this.#taken = 0;
    this.#parts.restart();
    this.#outline = [];
    this.#isDone = false;
    this.#notBeforeMs = 0;
  }

  #stepLater(): void {
    this.#frame ??= requestAnimationFrame((nowMs) => {
      this.#frame = undefined;
      if (nowMs < this.#notBeforeMs) this.#stepLater();
      else this.#step();
    });
  }

  #step(): void {
    const { text, isComplete } = this.#content;
    if (this.#isDone) return;
    const startMs = performance.now();
    const end = Math.min(text.length, this.#taken + STEP);
    const isLast = isComplete && end === text.length;
    // A carriage return waits for the line feed that may follow it.
    const piece = text.slice(this.#taken, isLast || text[end - 1] !== '\r' ? end : end - 1);
    this.#taken += piece.length;
    if (piece !== '' || isLast) this.#draw(piece.replaceAll(/\r\n?/g, '\n'), isLast);
    const endMs = performance.now();
    const isBehind = end < text.length;
    this.#notBeforeMs = isBehind ? 0 : endMs + (endMs - startMs) * PAUSE_FACTOR;
    if (isBehind) this.#stepLater();
  }

  #draw(piece: string, isLast: boolean): void {
    const { finished, open } = this.#splitter.append(piece, isLast);
    const blocks = this.#newBlocks(finished, this.#outline);
    const openBlocks =
      open.type === 'blocks' ? this.#newBlocks(open.tokens, [...this.#outline]) : newCode(open.info, open.code);
    const nowFinished = this.#parts.show(blocks, openBlocks);
    for (const element of nowFinished) if (element instanceof HTMLElement) this.#places.equip(element);
    this.#isDone = isLast;
    const { definitions } = this.#splitter;
    if (isLast && !this.#knowsDefinitions && Object.keys(definitions).length > 0) {
      // Blocks may refer to definitions that came after them.
      this.#restart(definitions);
      this.#stepLater();
    }
    if (!this.#isDone) return;
    this.#parts.end();
    this.#container.ariaBusy = 'false';
    this.#container.dispatchEvent(new Event('drawn', { bubbles: true }));
  }

  #newBlocks(tokens: readonly SplitToken[], outline: number[]): NewBlocks {
    if (tokens.length === 0) return { blocks: [], goesOn: false };
    const fragment = sanitise(renderTokens(tokens, { sourceCount: this.#content.sources.length, outline }));
    setDirections(fragment);
    for (const link of fragment.querySelectorAll<HTMLElement>(links)) this.#equipLink(link);
    for (const pre of fragment.querySelectorAll<HTMLElement>('pre:not([data-file])')) nameFile(pre);
    for (const task of fragment.querySelectorAll<HTMLElement>('[data-task]')) {
      const isDone = task.dataset['task'] === 'done';
      task.className = `codicon codicon-${isDone ? 'pass-filled' : 'circle-large-outline'}`;
      task.role = 'img';
      task.ariaLabel = isDone ? t('Done') : t('To do');
    }
    for (const table of fragment.querySelectorAll('table')) {
      if (table.parentElement === null) continue;
      table.parentElement.className = 'table-scroller';
      table.parentElement.tabIndex = 0;
    }
    return {
      blocks: [...fragment.childNodes].filter((node) => node instanceof Element || node.textContent?.trim() !== ''),
      goesOn: tokens[0]?.goesOn === true,
    };
  }

  #equipLink(link: HTMLElement): void {
    link.role = 'link';
    link.tabIndex = 0;
    const source = this.#content.sources[Number(link.dataset['source']) - 1];
    link.title = source === undefined ? (link.dataset['url'] ?? '') : placeOf(source);
  }
}

const links = 'a[data-url], a[data-source], a[data-note], a[data-note-back]';

/** What stands right above a code block may say which file it is. */
function nameFile(pre: HTMLElement): void {
  const above = pre.previousElementSibling;
  const file = above?.nodeName === 'P' ? pathInLine(above.textContent) : undefined;
  if (file !== undefined) pre.dataset['file'] = file;
}

function newCode(info: string, code: string): NewBlocks {
  const pre = document.createElement('pre');
  pre.dataset['language'] = languageOf(info);
  pre.dataset['file'] = fileOf(info, code);
  pre.textContent = code;
  return { blocks: [pre], goesOn: false };
}
