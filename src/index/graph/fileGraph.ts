import { isTestOrExample } from '../files/fileKinds.ts';
import { hashWord } from './codeWords.ts';
import { FileNames } from './fileNames.ts';
import { type ProjectFacts, resolveImport } from './importResolver.ts';
import type { FileOutline, OutlineEntry } from './outline.ts';

/** A file and what it has to do with others. */
export interface GraphFile {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly language: string;
  readonly outline: FileOutline;
}

/** What one file takes from another. */
export interface Use {
  readonly target: number;
  readonly isImport: boolean;
  /** Names that the other defines and this one uses, heaviest first. */
  readonly names: readonly UsedName[];
  readonly weight: number;
}

/** A name that a file uses of another. */
export interface UsedName {
  /** Which of the target's definitions. */
  readonly definition: number;
  readonly weight: number;
}

/** A definition's name that so many files define is said too often to tell anything. */
const MOST_DEFINING = 8;
const MIN_NAME_LENGTH = 3;
/** How much a name counts where nothing says that it is imported. */
const WITHOUT_IMPORT = 0.1;
/** The same where it has to be: `list` is rather everybody’s than that of the one module that defines its own. */
const MISSING_IMPORT = 0.01;
const IMPORT_WEIGHT = 1;
const MEMBER_TRUST = 0.3;

/**
 * Which files use what of which others: by what they import, and by the names that they use. A name
 * counts the more the fewer files use it, and little without an import, unless both files lie in one
 * folder (as a package of Go or Java).
 */
export class FileGraph {
  readonly files: readonly GraphFile[];
  /** Of each file what it uses, heaviest first. */
  readonly uses: readonly (readonly Use[])[];
  readonly #numbers: ReadonlyMap<string, number>;

  private constructor(files: readonly GraphFile[], uses: readonly (readonly Use[])[]) {
    this.files = files;
    this.uses = uses;
    this.#numbers = new Map(files.map(({ path }, number) => [path, number]));
  }

  /** `breathe` is called again and again, so that others get their turn. */
  static async create(
    files: readonly GraphFile[],
    facts: ProjectFacts,
    breathe: () => Promise<void> | undefined,
  ): Promise<FileGraph> {
    const numbers = new Map(files.map(({ path }, number) => [path, number]));
    const names = new FileNames(numbers.keys());
    const defining = definingFiles(files);
    const usedBy = countUses(files, defining);
    const uses: Use[][] = [];
    for (const [number, file] of files.entries()) {
      const imports = new Set([...importsOf(file, names, facts)].flatMap((path) => numbers.get(path) ?? []));
      imports.delete(number);
      uses.push(usesOf({ file, number, imports, defining, usedBy }, files));
      await breathe();
    }
    return new FileGraph(files, uses);
  }

  /** The number of a file; undefined where it is not in the graph. */
  numberOf(path: string): number | undefined {
    return this.#numbers.get(path);
  }

  /** Of each file who uses it, and how. */
  usedBy(target: number): { readonly file: number; readonly use: Use }[] {
    return this.uses.flatMap((uses, file) => {
      const use = uses.find((each) => each.target === target);
      return use === undefined ? [] : [{ file, use }];
    });
  }
}

/** The files among `names` that a file imports. */
export function importsOf({ path, language, outline }: GraphFile, names: FileNames, facts: ProjectFacts): Set<string> {
  return new Set(outline.imports.flatMap((imported) => resolveImport(path, language, imported, names, facts)));
}

interface Defined {
  readonly file: number;
  readonly definition: number;
  /** It belongs to a type. */
  readonly isOwn: boolean;
  /** This is how it is asked of something else: of its module, or of whatever has a member of that name. */
  readonly isAsked: boolean;
}

/** Who defines each name, by the hash of how it is used: a member by `.name`, all else by its name and, but in scripts, by `.name`. */
function definingFiles(files: readonly GraphFile[]): Map<number, Defined[]> {
  const defining = new Map<number, Defined[]>();
  for (const [file, { outline, language }] of files.entries()) {
    for (const [definition, entry] of outline.definitions.entries()) {
      const name = nameOf(entry);
      if (name.length < MIN_NAME_LENGTH) continue;
      const isOwn = isMember(entry);
      for (const word of isOwn ? [`.${name}`] : familyOf(language) === 'script' ? [name] : [name, `.${name}`]) {
        const hash = hashWord(word);
        const defined = { file, definition, isOwn, isAsked: word.startsWith('.') };
        const list = defining.get(hash);
        if (list === undefined) defining.set(hash, [defined]);
        else if (list.length <= MOST_DEFINING && list.at(-1)?.file !== file) list.push(defined);
      }
    }
  }
  return defining;
}

/** How many files use each name that is defined somewhere. */
function countUses(files: readonly GraphFile[], defining: ReadonlyMap<number, unknown>): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { outline } of files) {
    for (const hash of outline.references.keys()) {
      if (defining.has(hash)) counts.set(hash, (counts.get(hash) ?? 0) + 1);
    }
  }
  return counts;
}

interface UseOf {
  readonly file: GraphFile;
  readonly number: number;
  readonly imports: ReadonlySet<number>;
  readonly defining: ReadonlyMap<number, readonly Defined[]>;
  readonly usedBy: ReadonlyMap<number, number>;
}

function usesOf({ file, number, imports, defining, usedBy }: UseOf, files: readonly GraphFile[]): Use[] {
  const found = new Map<number, UsedName[]>();
  for (const [hash, count] of file.outline.references) {
    const definers = defining.get(hash);
    // What the file defines itself it does not take from elsewhere.
    if (definers === undefined || definers.length > MOST_DEFINING || definers.some((each) => each.file === number))
      continue;
    const isSaid = definers.some((each) => imports.has(each.file));
    const rarity = Math.log(1 + files.length / (usedBy.get(hash) ?? 1));
    for (const defined of definers) {
      const { file: target, definition } = defined;
      // With an import of one that defines it, it is not another's.
      if (isSaid && !imports.has(target)) continue;
      const other = files[target];
      if (other === undefined || !isOneLanguage(file.language, other.language)) continue;
      const trust = trustIn(isSaid, defined, file, other);
      if (trust === 0) continue;
      const weight = (Math.sqrt(count) * rarity * trust) / definers.length;
      const list = found.get(target);
      if (list === undefined) found.set(target, [{ definition, weight }]);
      else list.push({ definition, weight });
    }
  }
  const targets = new Set([...imports, ...found.keys()]);
  const uses = [...targets].map((target): Use => {
    const names = (found.get(target) ?? []).sort((a, b) => b.weight - a.weight);
    const isImport = imports.has(target);
    const weight = names.reduce((sum, name) => sum + name.weight, isImport ? IMPORT_WEIGHT : 0);
    return { target, isImport, names, weight };
  });
  return uses.sort((a, b) => b.weight - a.weight);
}

/** What a name is worth. Many types have members of the same names, so that only an import tells whose is meant. */
function trustIn(isSaid: boolean, { isOwn, isAsked }: Defined, file: GraphFile, other: GraphFile): number {
  if (isSaid) return isOwn ? MEMBER_TRUST : 1;
  const mustSay = hasImports.has(familyOf(file.language));
  if (!mustSay && folderOf(other.path) === folderOf(file.path)) return isOwn ? MEMBER_TRUST : 1;
  if (isAsked) return 0;
  return mustSay ? MISSING_IMPORT : WITHOUT_IMPORT;
}

/** Where nothing is used without being imported. */
const hasImports = new Set(['script', 'python', 'rust']);

/** True for what is written after a dot: a method of a type. */
export function isMember({ kind, symbol }: OutlineEntry): boolean {
  return kind === 'method' || (kind === 'property' && symbol.includes('.'));
}

/** The last part of an entry's symbol: what others write to use it. */
export function nameOf({ symbol }: OutlineEntry): string {
  return symbol.slice(symbol.lastIndexOf('.') + 1);
}

/** Names mean the same only among languages that see each other; prose may speak of any. */
function isOneLanguage(one: string, other: string): boolean {
  return one === other || familyOf(one) === familyOf(other) || familyOf(one) === 'prose';
}

function familyOf(language: string): string {
  return families[language] ?? language;
}

const families: Readonly<Record<string, string>> = {
  typescript: 'script',
  typescriptreact: 'script',
  javascript: 'script',
  javascriptreact: 'script',
  vue: 'script',
  svelte: 'script',
  c: 'c',
  cpp: 'c',
  'objective-c': 'c',
  java: 'jvm',
  kotlin: 'jvm',
  scala: 'jvm',
  groovy: 'jvm',
  markdown: 'prose',
  restructuredtext: 'prose',
};

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

const DAMPING = 0.85;
const ROUNDS = 30;
const TEST_SHARE = 0.1;

/**
 * How much each file matters, by PageRank over who uses whom: as what others `rest on`, or as what
 * `puts together` others. Who starts anywhere starts seldom with a test or example, which use everything
 * and are used by nothing.
 */
export function rankFiles(graph: FileGraph, as: 'rests on' | 'puts together'): Float64Array {
  const { files } = graph;
  const uses = as === 'rests on' ? graph.uses : reversed(graph);
  const start = Float64Array.from(files, ({ path }) => (isTestOrExample(path) ? TEST_SHARE : 1));
  normalise(start);
  let ranks = Float64Array.from(start);
  for (let round = 0; round < ROUNDS; round++) {
    const next = new Float64Array(files.length);
    let lost = 0;
    for (const [number, targets] of uses.entries()) {
      const rank = ranks[number] ?? 0;
      const sum = targets.reduce((all, { weight }) => all + weight, 0);
      // Who uses hardly anything does not vouch for it with all that he has.
      const total = Math.max(sum, IMPORT_WEIGHT);
      lost += rank * (1 - sum / total);
      for (const { target, weight } of targets) next[target] = (next[target] ?? 0) + (rank * weight) / total;
    }
    for (let i = 0; i < next.length; i++) {
      const first = start[i] ?? 0;
      next[i] = (1 - DAMPING) * first + DAMPING * ((next[i] ?? 0) + lost * first);
    }
    ranks = next;
  }
  return ranks;
}

function reversed({ files, uses }: FileGraph): Pick<Use, 'target' | 'weight'>[][] {
  const users = files.map((): Pick<Use, 'target' | 'weight'>[] => []);
  for (const [file, targets] of uses.entries()) {
    // A test puts nothing together.
    if (isTestOrExample(files[file]?.path ?? '')) continue;
    for (const { target, weight } of targets) users[target]?.push({ target: file, weight });
  }
  return users;
}

function normalise(values: Float64Array): void {
  const sum = values.reduce((total, value) => total + value, 0);
  if (sum > 0) for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) / sum;
}
