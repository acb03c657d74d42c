import { languageOf } from '../chunks/languages.ts';
import { inverseLength } from '../embedding/quantise.ts';
import { isTestOrExample } from '../files/fileKinds.ts';
import type { FoundScores } from '../keywords/keywordIndex.ts';
import { TopList } from '../vectors/topList.ts';
import type { Neighbour } from '../vectors/vectorTable.ts';
import type { IndexedFile } from './catalogue.ts';
import { findMentioned } from './findMentioned.ts';
import type { Mentions } from './readMentions.ts';
import type { SearchIndex } from './searchIndex.ts';

/** A question, as each folder's index understands it. */
export interface Query {
  /** Distinct terms, see `termsOf`. */
  readonly terms: readonly string[];
  readonly vector: Int8Array;
  /** How near a passage is by a second model, as a cosine of the built-in one; undefined where it does not know. */
  readonly similarity?: (slot: number) => number | undefined;
  /** How near a few words of code are in the vectors' space, as a cosine. */
  nameSimilarity(name: string): number;
  readonly mentions: Mentions;
}

/** A chunk that may be an answer, with what speaks for it; each number counts from 0 and has its own scale. */
export interface Candidate {
  readonly slot: number;
  /** BM25 of the chunk's text. */
  readonly text: number;
  /** BM25 of its symbol. */
  readonly symbol: number;
  /** BM25 of its whole file. */
  readonly file: number;
  /** BM25 of its file's path. */
  readonly path: number;
  /** Which share of the question's words its text has, rare ones counting more: 1 is all. */
  readonly coverage: number;
  /** Cosine with the question, by the built-in model. */
  readonly similarity: number;
  /** The same by the second model; undefined where it does not know the passage. */
  readonly secondSimilarity: number | undefined;
  /** Cosine of its file's name and its symbol with the question. */
  readonly nameSimilarity: number;
  /** Where the question is a stack trace that passed here: the higher, the nearer to its beginning. */
  readonly traced: number;
  /** 1 where the question names its file, a part of that where it names a folder. */
  readonly named: number;
  /** 1 where it declares what the question names. */
  readonly defines: number;
  /** The question asks for nothing but what it names, which this is: as much as it is named or defines it. */
  readonly outright: number;
  /** It has all the words that stand in quotes in the question, whatever their order. */
  readonly hasQuoted: boolean;
  readonly isTestOrExample: boolean;
  /** In a language that has functions. */
  readonly isCode: boolean;
}

/** How many of the best by keyword, and by vector, are looked at. */
export const CANDIDATES = 200;
/** Files of which the best chunk is looked at, by their path and by all their words. */
const CANDIDATE_FILES = 60;
const IN_NAMED_FOLDER = 0.5;

/** The chunks of one folder that may be answers, of those that are wanted. `nearest` are the best by vector. */
export function findCandidates(
  index: SearchIndex,
  query: Query,
  nearest: readonly Neighbour[],
  isWanted?: (slot: number) => boolean,
): Candidate[] {
  const { text, groups: byFile } = index.text.scoreWithGroups(query.terms, index.byFile);
  const symbols = index.symbols.score(query.terms);
  const paths = index.paths.score(query.terms);
  const mentioned = findMentioned(index, query.mentions, text);
  const slots = new Set([
    ...best(text, isWanted),
    ...best(symbols, isWanted),
    ...nearest.map(({ slot }) => slot),
    ...bestOfFiles(index, byFile, text),
    ...bestOfFiles(index, paths, text),
    ...mentioned.places.keys(),
    ...mentioned.named,
    ...mentioned.defining.keys(),
    ...mentioned.quoting.slots,
  ]);
  const queryScale = inverseLength(query.vector);
  const files = new Map<IndexedFile, FileTraits>();
  const traitsOf = (file: IndexedFile): FileTraits => {
    let traits = files.get(file);
    if (traits === undefined) files.set(file, (traits = fileTraits(file.path, mentioned.folders)));
    return traits;
  };
  const candidates: Candidate[] = [];
  for (const slot of slots) {
    const file = isWanted?.(slot) === false ? undefined : index.catalogue.fileOfSlot(slot);
    if (file === undefined) continue;
    const { name, isInNamed, isTestOrExample, isCode } = traitsOf(file);
    const named = mentioned.named.has(slot) ? 1 : isInNamed ? IN_NAMED_FOLDER : 0;
    const defines = mentioned.defining.get(slot) ?? 0;
    const second = query.similarity?.(slot);
    candidates.push({
      slot,
      text: text.values[slot] ?? 0,
      symbol: symbols.values[slot] ?? 0,
      file: byFile.values[file.id] ?? 0,
      path: paths.values[file.id] ?? 0,
      coverage: text.covered[slot] ?? 0,
      similarity: Math.max(0, index.vectors.similarity(slot, query.vector, queryScale)),
      secondSimilarity: second === undefined ? undefined : Math.max(0, second),
      nameSimilarity: Math.max(0, query.nameSimilarity(`${name} ${index.catalogue.symbolOf(slot)}`)),
      traced: mentioned.places.get(slot) ?? 0,
      named,
      defines,
      outright: query.mentions.isAll ? Math.max(named, defines) : 0,
      hasQuoted: mentioned.quoting.has(slot),
      isTestOrExample,
      isCode,
    });
  }
  for (const each of [index.text, index.symbols, index.paths]) each.takeBackScores();
  return candidates;
}

/** What is the same for all chunks of a file. */
interface FileTraits {
  readonly name: string;
  readonly isInNamed: boolean;
  readonly isTestOrExample: boolean;
  readonly isCode: boolean;
}

function fileTraits(path: string, folders: readonly string[]): FileTraits {
  const inFolder = `/${path.toLowerCase()}`;
  return {
    name: path.slice(path.lastIndexOf('/') + 1),
    isInNamed: folders.some((folder) => inFolder.includes(folder)),
    isTestOrExample: isTestOrExample(path),
    isCode: languageOf(path).chunking.by === 'syntax',
  };
}

function best({ found, values }: FoundScores, isWanted?: (slot: number) => boolean): number[] {
  const list = new TopList(CANDIDATES);
  for (const slot of found) if (isWanted?.(slot) !== false) list.offer(slot, values[slot] ?? 0);
  return list.sorted().map(([slot]) => slot);
}

/** The chunk with the best text of each of the best files. */
function bestOfFiles(index: SearchIndex, files: FoundScores, text: FoundScores): number[] {
  const list = new TopList(CANDIDATE_FILES);
  for (const id of files.found) list.offer(id, files.values[id] ?? 0);
  return list.sorted().flatMap(([id]) => {
    const slots = index.catalogue.slotsOfId(id);
    const [first] = slots;
    if (first === undefined) return [];
    return slots.reduce((most, slot) => ((text.values[slot] ?? 0) > (text.values[most] ?? 0) ? slot : most), first);
  });
}
