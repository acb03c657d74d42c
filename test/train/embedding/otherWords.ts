import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Grammars } from '../../../src/index/chunks/grammars.node.ts';
import { languageOf } from '../../../src/index/chunks/languages.ts';
import { paraphrases } from '../../bench/retrieval/paraphrases.ts';
import { definedParts } from './definedParts.ts';
import { AMONG, type EvaluationSet, functionsOf } from './evaluationSet.ts';
import type { Pair } from './pairs.ts';
import type { UnpackedSource } from './sources.ts';

/** Questions in words that the code does not use, among the functions of the packages that they ask about. */
export async function otherWordsSet(
  sources: readonly UnpackedSource[],
  pairs: readonly Pair[],
  grammars: Grammars,
): Promise<EvaluationSet> {
  const asked: Pair[] = [];
  for (const { name, folder } of sources) {
    for (const [query, file, symbol] of paraphrases[name] ?? []) {
      const parts = await definedParts(file, readFileSync(path.join(folder, file), 'utf8'), grammars);
      const code = parts.find((part) => part.name === symbol.slice(symbol.lastIndexOf('.') + 1))?.code;
      if (code === undefined) throw new Error(`${name}: there is no ${symbol} in ${file}.`);
      asked.push({ kind: 'documented', language: languageOf(file).id, package: name, path: file, query, code });
    }
  }
  const packages = new Set(asked.map((pair) => pair.package));
  const isAsked = new Set(asked.map(({ code }) => withoutSpace(code)));
  const others = functionsOf(pairs).filter(
    (pair) => packages.has(pair.package) && !isAsked.has(withoutSpace(pair.code)),
  );
  return { name: 'In other words', asked, others: others.slice(0, AMONG - asked.length) };
}

function withoutSpace(code: string): string {
  return code.replaceAll(/\s+/g, '');
}
