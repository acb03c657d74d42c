import { isTestOrExample } from '../files/fileKinds.ts';
import { type FileGraph, isMember, nameOf, rankFiles } from './fileGraph.ts';
import type { OutlineEntry } from './outline.ts';

/** A file of a map, with what in it matters most, in order of line. */
export interface MappedFile {
  readonly path: string;
  readonly definitions: readonly MappedDefinition[];
}

/** A definition of a map. */
export interface MappedDefinition {
  readonly symbol: string;
  readonly kind: string;
  readonly line: number;
  /** One line, without the body. */
  readonly signature: string;
}

/** A map as text, and what it is made of. */
export interface RepositoryMap {
  readonly text: string;
  readonly tokens: number;
  readonly files: readonly MappedFile[];
}

/** What making a map takes. */
export interface MapTools {
  /** The signature of a definition as the file has it now; undefined when it has not. */
  signature(path: string, entry: OutlineEntry): Promise<string | undefined>;
  countTokens(text: string): Promise<number>;
}

/** No map shows more, whatever its budget. */
const MOST_ITEMS = 20_000;
/** What nobody outside of the file uses counts so much of the file's rank. */
const UNUSED_SHARE = 0.02;
/** How much a file counts for what it puts together, beside what rests on it. */
const HUB_SHARE = 0.5;
const MEMBER_SHARE = 0.7;
const TEST_SHARE = 0.2;

interface Item {
  readonly file: number;
  /** Undefined for the file itself, whose path is shown. */
  readonly entry: OutlineEntry | undefined;
  readonly score: number;
}

/**
 * The files and definitions of a project that matter most, as many as fit into `tokens`, most important
 * file first. What counts is who uses them: a file's rank is shared out among its definitions as the
 * files that use it use them.
 */
export async function makeMap(graph: FileGraph, tokens: number, tools: MapTools): Promise<RepositoryMap> {
  const items = rankItems(graph).slice(0, MOST_ITEMS);
  const signatures = new Map<OutlineEntry, string | undefined>();
  const render = async (count: number): Promise<RepositoryMap> => {
    const shown = arrange(graph, items.slice(0, count));
    for (const [file, entries] of shown) {
      for (const entry of entries) {
        if (!signatures.has(entry)) signatures.set(entry, await tools.signature(graph.files[file]?.path ?? '', entry));
      }
    }
    const files = inWords(graph, shown, signatures);
    const text = files.map(asText).join('');
    return { text, tokens: await tools.countTokens(text), files };
  };
  // The text grows with each item: the most that fit are found by halving, at first by doubling.
  let fits: RepositoryMap = { text: '', tokens: 0, files: [] };
  let low = 0;
  let high = Math.min(items.length, 16);
  for (;;) {
    const map = await render(high);
    if (map.tokens > tokens) break;
    fits = map;
    low = high;
    if (high === items.length) return fits;
    high = Math.min(items.length, high * 2);
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const map = await render(middle);
    if (map.tokens > tokens) high = middle;
    else {
      fits = map;
      low = middle;
    }
  }
  return fits;
}

/** All that could be shown, what matters most first. */
function rankItems(graph: FileGraph): Item[] {
  const ranks = rankFiles(graph, 'rests on');
  const hubs = rankFiles(graph, 'puts together');
  const used = usedShares(graph, ranks);
  const items: Item[] = [];
  for (const [file, { path, outline }] of graph.files.entries()) {
    const share = isTestOrExample(path) ? TEST_SHARE : 1;
    const rank = (ranks[file] ?? 0) * share;
    const hub = (hubs[file] ?? 0) * share * HUB_SHARE;
    const tops = outline.definitions.filter((entry) => !isMember(entry)).length;
    for (const [definition, entry] of outline.definitions.entries()) {
      const own = (used.get(file)?.get(definition) ?? 0) * share + rank * UNUSED_SHARE;
      const score = isMember(entry) ? own * MEMBER_SHARE : own + hub / (1 + tops);
      items.push({ file, entry, score });
    }
    if (outline.definitions.length === 0) items.push({ file, entry: undefined, score: rank * UNUSED_SHARE + hub / 4 });
  }
  return items.sort((a, b) => b.score - a.score);
}

/** What of each file's rank comes to each of its definitions, from those who use them. */
function usedShares(graph: FileGraph, ranks: Float64Array): Map<number, Map<number, number>> {
  const shares = new Map<number, Map<number, number>>();
  for (const [file, uses] of graph.uses.entries()) {
    const total = uses.reduce((sum, { weight }) => sum + weight, 0);
    const isTest = isTestOrExample(graph.files[file]?.path ?? '');
    for (const { target, names } of uses) {
      const own = shares.get(target) ?? new Map<number, number>();
      shares.set(target, own);
      for (const { definition, weight } of names) {
        const share = ((ranks[file] ?? 0) * weight * (isTest ? TEST_SHARE : 1)) / total;
        own.set(definition, (own.get(definition) ?? 0) + share);
      }
    }
  }
  return shares;
}

/** Puts what is shown under its files, the one with the highest item first. A member brings the type that it is in. */
function arrange(graph: FileGraph, shown: readonly Item[]): Map<number, Set<OutlineEntry>> {
  const byFile = new Map<number, Set<OutlineEntry>>();
  for (const { file, entry } of shown) {
    const entries = byFile.get(file) ?? new Set<OutlineEntry>();
    byFile.set(file, entries);
    if (entry === undefined) continue;
    entries.add(entry);
    const scope = isMember(entry) ? entry.symbol.slice(0, -nameOf(entry).length - 1) : '';
    const type = graph.files[file]?.outline.definitions.find(({ symbol }) => symbol === scope);
    if (type !== undefined) entries.add(type);
  }
  return byFile;
}

function inWords(
  graph: FileGraph,
  shown: ReadonlyMap<number, ReadonlySet<OutlineEntry>>,
  signatures: ReadonlyMap<OutlineEntry, string | undefined>,
): MappedFile[] {
  return [...shown].map(([file, entries]) => ({
    path: graph.files[file]?.path ?? '',
    definitions: [...entries]
      .sort((a, b) => a.startLine - b.startLine)
      .flatMap((entry) => {
        const signature = signatures.get(entry);
        if (signature === undefined) return [];
        return [{ symbol: entry.symbol, kind: entry.kind, line: entry.startLine, signature }];
      }),
  }));
}

/** A path, and below it each signature, deeper where it stands in something shown, or named in full. */
function asText({ path, definitions }: MappedFile): string {
  const symbols = new Set(definitions.map(({ symbol }) => symbol));
  const lines = definitions.map(({ symbol, kind, signature, line }) => {
    const scope = symbol.slice(0, Math.max(0, symbol.lastIndexOf('.')));
    const isInside = symbols.has(scope);
    const name = nameOf({ symbol, kind, startLine: line, endLine: line });
    const hasScope = isInside || scope === '' || signature.includes(scope);
    const shown = hasScope ? signature : signature.includes(name) ? `${scope}: ${signature}` : symbol;
    return `${isInside ? '    ' : '  '}${shown}\n`;
  });
  return `${path.replace(/[\n\r]/g, ' ')}\n${lines.join('')}`;
}
