import { groupBy } from '../../../src/base/groupBy.ts';
import { orderOf } from '../../bench/retrieval/questions.ts';
import type { Pair } from './pairs.ts';

/** Documented functions: a comment's first sentence finds the code without it, among others. */
export interface EvaluationSet {
  readonly name: string;
  readonly asked: readonly Pair[];
  /** What is there besides. */
  readonly others: readonly Pair[];
}

const scripting = ['javascript', 'typescript', 'python'];
const compiled = ['go', 'rust', 'java', 'c', 'cpp', 'csharp', 'ruby', 'php', 'shellscript'];
/** So many functions are looked through. */
export const AMONG = 5000;
const QUESTIONS = 600;
/** A package that has many functions is asked about no more often. */
const QUESTIONS_A_PACKAGE = 120;

/** The sets that are never trained on, from the pairs of the evaluation's packages: the languages of the prototype, and the others. */
export function evaluationSets(pairs: readonly Pair[]): EvaluationSet[] {
  const ordered = pairs
    .map((pair) => ({ pair, order: orderOf(`${pair.package}/${pair.path}#${pair.query}`) }))
    .sort((a, b) => a.order - b.order)
    .map(({ pair }) => pair);
  return [
    setOf('JavaScript, TypeScript, Python', ordered, scripting),
    setOf('Go, Rust, Java, C, C++, C#, Ruby, PHP, Shell', ordered, compiled),
  ];
}

function setOf(name: string, pairs: readonly Pair[], languages: readonly string[]): EvaluationSet {
  const functions = functionsOf(pairs).filter(({ language }) => languages.includes(language));
  const sentences = groupBy(functions, ({ query }) => query.toLowerCase());
  const perPackage = new Map<string, number>();
  const candidates = functions.filter(({ kind, query, package: source }) => {
    if (kind !== 'documented' || sentences.get(query.toLowerCase())?.length !== 1) return false;
    const count = (perPackage.get(source) ?? 0) + 1;
    perPackage.set(source, count);
    return count <= QUESTIONS_A_PACKAGE;
  });
  const perLanguage = Math.ceil(QUESTIONS / languages.length);
  const asked = [...groupBy(candidates, ({ language }) => language).values()].flatMap((own) =>
    own.slice(0, perLanguage),
  );
  const isAsked = new Set(asked);
  return { name, asked, others: functions.filter((pair) => !isAsked.has(pair)).slice(0, AMONG - asked.length) };
}

/** What is defined, no code twice. */
export function functionsOf(pairs: readonly Pair[]): Pair[] {
  const distinct = new Map(pairs.map((pair) => [pair.code.replaceAll(/\s+/g, ''), pair]));
  return [...distinct.values()].filter(({ kind }) => kind !== 'section' && kind !== 'mentioned');
}
