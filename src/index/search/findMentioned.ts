import type { FoundScores } from '../keywords/keywordIndex.ts';
import { termsOf, termsOfWord } from '../keywords/terms.ts';
import { TopList } from '../vectors/topList.ts';
import type { Catalogue } from './catalogue.ts';
import type { Mentions } from './readMentions.ts';
import type { SearchIndex } from './searchIndex.ts';

/** The chunks that a query names, by slot. */
export interface Mentioned {
  /** Those at the places of a stack trace: the higher, the nearer to its beginning. */
  readonly places: ReadonlyMap<number, number>;
  /** Those of files that are named. */
  readonly named: ReadonlySet<number>;
  /** Those that define what is named: 1 where they declare it, less for the rest of a long definition, or where only the beginning is named. */
  readonly defining: ReadonlyMap<number, number>;
  /** Those with all the words that stand in quotes, whatever their order. */
  readonly quoting: Quoting;
  /** Folders that are named as such, with `/` on both sides. */
  readonly folders: readonly string[];
}

interface Quoting {
  /** The best of them. */
  readonly slots: readonly number[];
  has(slot: number): boolean;
}

const MOST_FILES = 5;
const MOST_OF_FILE = 30;
const MOST_DEFINING = 50;
const MOST_QUOTING = 60;
const REST_OF_DEFINITION = 0.8;
const BEGUN = 0.6;

/** Finds what is named; `text` are the scores of the chunks' texts, which choose where too much is. */
export function findMentioned(index: SearchIndex, mentions: Mentions, text: FoundScores): Mentioned {
  const places = new Map<number, number>();
  for (const [at, { path, line }] of mentions.places.entries()) {
    for (const slot of slotsAt(index, path, line)) if (!places.has(slot)) places.set(slot, mentions.places.length - at);
  }
  const files = mentions.paths.flatMap((path) => filesNamed(index, path, (own, named) => endsWith(own, named)));
  return {
    places,
    named: new Set(files.flatMap((path) => best(index.catalogue.slotsOf(path), text, MOST_OF_FILE))),
    defining: new Map(mentions.symbols.flatMap((name) => definingSlots(index, name, text))),
    quoting: quotingSlots(index, mentions.quotes, text),
    folders: mentions.paths.flatMap((path) => (path.endsWith('/') ? `/${path}` : [])),
  };
}

/** What lies there is others’, though a workspace may have a file that ends with the same names. */
const elsewhere = /(^|\/)(node_modules|site-packages|dist-packages|\.cargo|rustc|node:internal)\//;

/** The chunk at a line, in the file whose path has most in common with the one that is named. */
function slotsAt(index: SearchIndex, path: string, line: number): number[] {
  const files = filesNamed(index, path.toLowerCase(), (own, named) => {
    if (endsWith(own, named)) return true;
    // A trace from another machine or folder names more than there is here.
    return endsWith(named, own) && (!elsewhere.test(named) || elsewhere.test(own));
  });
  const most = Math.max(...files.map((file) => file.split('/').length));
  // The longest says most of what is named; of several copies none is better.
  const nearest = files.filter(
    (file) => endsWith(file.toLowerCase(), path.toLowerCase()) || file.split('/').length === most,
  );
  return nearest.flatMap((file) => {
    const slots = index.catalogue.slotsOf(file);
    return slots.filter((slot) => {
      const { startLine, endLine } = index.catalogue.linesOf(slot);
      return startLine <= line && line <= endLine;
    });
  });
}

/** Paths of the files of the same name for which `fits` holds; it is given both in lower case. */
function filesNamed(index: SearchIndex, named: string, fits: (own: string, named: string) => boolean): string[] {
  const name = named.slice(named.lastIndexOf('/') + 1);
  const [rarest] = index.paths.rarest(termsOf(name), 1);
  if (rarest === undefined || name === '') return [];
  const paths = [...index.paths.score([rarest]).found].flatMap((id) => index.catalogue.pathOf(id) ?? []);
  return paths.filter((path) => fits(path.toLowerCase(), named)).slice(0, MOST_FILES);
}

/** Whether a path ends with the whole names of another. */
function endsWith(path: string, end: string): boolean {
  return path === end || path.endsWith(`/${end}`);
}

function definingSlots(index: SearchIndex, name: string, text: FoundScores): (readonly [number, number])[] {
  const term = termsOfWord(name.slice(name.lastIndexOf('.') + 1)).at(-1);
  if (term === undefined) return [];
  const { catalogue } = index;
  const candidates = index.symbols.score([term]).found;
  const exact = candidates.filter((slot) => isNamed(catalogue, slot, name));
  const found = exact.length > 0 ? exact : candidates.filter((slot) => isBegun(catalogue.symbolOf(slot), name));
  const most = exact.length > 0 ? 1 : BEGUN;
  return best(found, text, MOST_DEFINING).map((slot) => {
    const { startLine, endLine, declaration } = catalogue.chunk(slot);
    const declaredAt = declaration?.signature.startLine ?? startLine;
    return [slot, startLine <= declaredAt && declaredAt <= endLine ? most : most * REST_OF_DEFINITION];
  });
}

function isNamed(catalogue: Catalogue, slot: number, name: string): boolean {
  const symbol = catalogue.symbolOf(slot);
  if (symbol === name || symbol.endsWith(`.${name}`)) return true;
  const dot = name.lastIndexOf('.');
  if (dot === -1 || !`.${symbol}`.endsWith(name.slice(dot))) return false;
  // `queue.push` is also what `queue.py` defines as `push`.
  const path = catalogue.fileOfSlot(slot)?.path ?? '';
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.\w+$/, '') === name.slice(0, dot);
}

/** True for a symbol of which a name is the beginning, as long as it is being typed. */
function isBegun(symbol: string, name: string): boolean {
  const end = symbol.split('.').slice(-name.split('.').length).join('.');
  return end.length > name.length && end.toLowerCase().startsWith(name.toLowerCase());
}

function quotingSlots(index: SearchIndex, quotes: readonly string[], text: FoundScores): Quoting {
  const terms = termsOf(quotes.join('\n'));
  if (terms.length === 0) return { slots: [], has: () => false };
  const { found, covered } = index.text.scoreWithCoverage(terms);
  // Adding up the shares of the words comes to nearly one.
  const has = (slot: number): boolean => (covered[slot] ?? 0) > 0.999;
  return { slots: best(found.filter(has), text, MOST_QUOTING), has };
}

function best(slots: readonly number[] | Uint32Array, { values }: FoundScores, most: number): number[] {
  if (slots.length <= most) return [...slots];
  const list = new TopList(most);
  for (const slot of slots) list.offer(slot, values[slot] ?? 0);
  return list.sorted().map(([slot]) => slot);
}
