import { type FileGraph, type Use, nameOf } from './fileGraph.ts';

/** A file that has to do with another, and how. */
export interface RelatedPath {
  readonly path: string;
  /** In a few words, best first: `imports it`, `uses parse, Reader`. */
  readonly reasons: readonly string[];
  /** Higher is nearer. */
  readonly score: number;
}

const NAMES_SHOWN = 4;
const TEST_SCORE = 0.6;
/** What a file is used by says a little less of it than what it uses. */
const USED_BY_SHARE = 0.8;

/** The files nearest to one: what it uses, what uses it, its tests; nearest first. */
export function relatedFiles(graph: FileGraph, path: string, limit: number): RelatedPath[] {
  const number = graph.numberOf(path);
  if (number === undefined) return [];
  const found = new Map<number, { score: number; reasons: string[] }>();
  const add = (file: number, score: number, reason: string): void => {
    const entry = found.get(file) ?? { score: 0, reasons: [] };
    entry.score += score;
    entry.reasons.push(reason);
    found.set(file, entry);
  };
  const uses = graph.uses[number] ?? [];
  const most = Math.max(...uses.map(({ weight }) => weight), 1e-9);
  for (const use of uses) add(use.target, use.weight / most, describe(use, graph, use.target, 'imported', 'uses'));
  const users = graph.usedBy(number);
  const mostUsed = Math.max(...users.map(({ use }) => use.weight), 1e-9);
  for (const { file, use } of users) {
    add(file, (USED_BY_SHARE * use.weight) / mostUsed, describe(use, graph, number, 'imports it', 'is used for'));
  }
  const subject = subjectOf(path);
  for (const [file, other] of graph.files.entries()) {
    if (file === number || subjectOf(other.path) !== subject) continue;
    const isTest = testMark.test(other.path) !== testMark.test(path);
    if (isTest) add(file, TEST_SCORE, testMark.test(path) ? 'is tested here' : 'tests it');
    else if (folderOf(other.path) === folderOf(path)) add(file, TEST_SCORE / 2, 'has the same name');
  }
  return [...found]
    .map(([file, { score, reasons }]) => ({ path: graph.files[file]?.path ?? '', score, reasons }))
    .sort((a, b) => b.score - a.score || (a.path < b.path ? -1 : 1))
    .slice(0, limit);
}

/** The files that import one of some, and those that these import; none of them themselves. */
export function importNeighbours(graph: FileGraph, paths: ReadonlySet<string>): Set<string> {
  const own = new Set([...paths].flatMap((path) => graph.numberOf(path) ?? []));
  const found = new Set<string>();
  for (const [file, uses] of graph.uses.entries()) {
    for (const { target, isImport } of uses) {
      if (!isImport || own.has(file) === own.has(target)) continue;
      found.add(graph.files[own.has(file) ? target : file]?.path ?? '');
    }
  }
  return found;
}

/** `imported: Reader, parse`, or where only names are known, `uses Reader`. */
function describe(use: Use, graph: FileGraph, target: number, imported: string, used: string): string {
  const definitions = graph.files[target]?.outline.definitions ?? [];
  const names = use.names.slice(0, NAMES_SHOWN).flatMap(({ definition }) => {
    const entry = definitions[definition];
    return entry === undefined ? [] : [nameOf(entry)];
  });
  const list = names.join(', ') + (use.names.length > NAMES_SHOWN ? ', …' : '');
  if (!use.isImport) return `${used} ${list}`;
  return list === '' ? imported : `${imported}: ${list}`;
}

const testMark = /[._-](test|tests|spec)\.|(^|\/)test_|_test\.|(Test|Tests|Spec)\.[a-z]+$/;

/** What a file is about, as its name tells: without its ends and the marks of a test. */
function subjectOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name
    .replace(/\.[^/]*$/, '')
    .replace(/^test_|[._-](test|tests|spec)$|(Test|Tests|Spec)$/, '')
    .toLowerCase();
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
