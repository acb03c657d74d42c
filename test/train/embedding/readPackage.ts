import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Grammars } from '../../../src/index/chunks/grammars.node.ts';
import { languageOf } from '../../../src/index/chunks/languages.ts';
import { isTestOrExample } from '../../../src/index/files/fileKinds.ts';
import { listFiles } from '../../../src/index/files/listFiles.node.ts';
import { orderOf } from '../../bench/retrieval/questions.ts';
import { type DefinedPart, definedParts } from './definedParts.ts';
import { type Pair, definedPairs, prosePairs, titledTestPairs, uniquelyDefined } from './pairs.ts';
import type { UnpackedSource } from './sources.ts';

/** Code that a package carries along, made by a tool, or in other words only. */
const notItsOwn =
  /(^|\/)(node_modules|vendor|third[_-]?party|external|extern|deps|generated|locales?|i18n|lang|umd|min|cjs|esm5|_esm|testdata|fixtures)\/|\.d\.[cm]?ts$|[.-](min|bundle|generated|pb)\.|_pb2?\.|\.pb\./i;
const prose = /(^|\/)(readme|changelog|changes|history|news)[^/]*\.(md|markdown|rst|txt)$/i;
const javaScript = /^(javascript|typescript)/;
/** Of a large package only so much is read, chosen by the files' names. */
const MOST_BYTES = 1_500_000;
/** Of what few packages are written in, more is read when it is to be trained on. */
const rare = new Set(['c', 'cpp', 'csharp', 'shellscript']);
const MOST_BYTES_OF_RARE = 10_000_000;
const LONGEST_FILE = 300_000;
/** Lines are longer on average only in what no one wrote. */
const LONGEST_MEAN_LINE = 150;

/**
 * The pairs that a package yields, from the files that its licence permits to use. What is to be trained on gives more
 * of languages that are rare.
 */
export async function readPackage(
  source: UnpackedSource,
  { grammars, use }: { readonly grammars: Grammars; readonly use: 'training' | 'evaluation' },
): Promise<Pair[]> {
  const { files } = await listFiles(source.folder, { limits: { files: 1e6, bytes: Infinity }, environment: {} });
  const permitted = files
    .map((file) => file.path)
    .filter((file) => source.permission.permits(file) && !notItsOwn.test(file))
    .filter((file) => prose.test(file) || languageOf(file).chunking.by === 'syntax')
    .sort((a, b) => orderOf(`${source.name}/${a}`) - orderOf(`${source.name}/${b}`));
  const pairs: Pair[] = [];
  const all: DefinedPart[] = [];
  const texts: { readonly path: string; readonly text: string }[] = [];
  const bytesLeft = { common: MOST_BYTES, rare: MOST_BYTES_OF_RARE };
  for (const file of permitted) {
    const text = textOf(path.join(source.folder, file));
    const budget = use === 'training' && rare.has(languageOf(file).id) ? 'rare' : 'common';
    if (text === undefined || (bytesLeft[budget] -= text.length) < 0) continue;
    if (prose.test(file)) {
      texts.push({ path: file, text });
      continue;
    }
    const parts = await definedParts(file, text, grammars);
    const place = { language: languageOf(file).id, package: source.name, path: file };
    pairs.push(...definedPairs(place, parts));
    if (!isTestOrExample(file)) all.push(...parts);
    else if (javaScript.test(place.language)) pairs.push(...titledTestPairs(place, text));
  }
  const definitions = uniquelyDefined(all);
  const place = { language: 'markdown', package: source.name };
  return [...pairs, ...texts.flatMap(({ path, text }) => prosePairs({ ...place, path }, text, definitions))];
}

/** Undefined for what cannot be read as text that somebody wrote. */
function textOf(file: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  if (text.length > LONGEST_FILE || text.includes('\0')) return undefined;
  return text.length / text.split('\n').length > LONGEST_MEAN_LINE && !prose.test(file) ? undefined : text;
}
