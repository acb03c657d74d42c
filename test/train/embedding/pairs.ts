import { splitIdentifier } from '../../../src/base/words/splitIdentifier.ts';
import type { DefinedPart } from './definedParts.ts';

/** A question and the code or text that answers it. */
export interface Pair {
  readonly kind: 'documented' | 'named' | 'mentioned' | 'test' | 'section';
  /** See `languageOf`. */
  readonly language: string;
  readonly package: string;
  /** Relative to the package, with `/`. */
  readonly path: string;
  readonly query: string;
  readonly code: string;
}

type Place = Pick<Pair, 'language' | 'package' | 'path'>;

/** Where a name stood in code that is to be found by it: else finding it would teach nothing. */
const HIDDEN_NAME = '_';

/** Pairs of what a file defines: a comment's first sentence or, without one, the words of its name. */
export function definedPairs(place: Place, parts: readonly DefinedPart[]): Pair[] {
  return parts.flatMap((part): Pair[] => {
    const { name, kind, comment, code } = part;
    if (!isWorthFinding(code)) return [];
    const tested = kind === 'function' ? testedWords(name) : undefined;
    if (tested !== undefined) return [{ ...place, kind: 'test', query: tested, code: without(code, name) }];
    const query = firstSentence(comment, name);
    if (query !== undefined) return [{ ...place, kind: 'documented', query, code }];
    const words = splitIdentifier(name);
    if (comment !== '' || kind === 'type' || words.length < 2 || words.length > 7) return [];
    return [{ ...place, kind: 'named', query: words.join(' '), code: without(code, name) }];
  });
}

/** True for what says enough, and is no longer than what the model reads. */
export function isWorthFinding(code: string): boolean {
  const lines = code.split('\n').length;
  return lines >= 3 && lines <= 90 && code.length >= 60 && code.length <= 6000;
}

/** What a comment says first of the thing of that name; undefined for what says too little, or is not a sentence. */
export function firstSentence(comment: string, name = ''): string | undefined {
  const text = comment
    .replace(/\{@\w+\s+([^}|\s]+)[^}]*\}/g, '$1')
    .replace(/:\w+:`~?([^`]*)`/g, '$1')
    .replace(/\[([^\]]+)\]\([^)]*\)/g, '$1')
    .replace(/<[^>]+>|[`*]+|[\\@](brief|short|summary|description|desc)\b/g, '')
    .trim()
    .replace(new RegExp(`^${name.replace(/\W/g, '\\$&')}\\b(?=\\W)[\\s:(),-]*`), '');
  const sentence = (/^(.*?[^.][.!?])(\s|$)/.exec(text)?.[1] ?? text).replace(/[.:]$/, '').trim();
  const words = sentence.split(/\s+/).length;
  if (words < 4 || words > 45) return undefined;
  if (/^(see|todo|fixme|deprecated|copyright|licen[cs]ed?|eslint|note|hack|xxx|[@\\:$#])\b/i.test(sentence))
    return undefined;
  return /[^\x20-\x7e]|[|{}<>=;]{2}/.test(sentence) ? undefined : sentence;
}

/** What the name of a test says, as `test_parse_keeps_order` or `TestParseKeepsOrder`; undefined for other names. */
function testedWords(name: string): string | undefined {
  const words = splitIdentifier(name);
  const named = words[0] === 'test' ? words.slice(1) : words.at(-1) === 'test' ? words.slice(0, -1) : [];
  return named.length >= 3 && named.length <= 14 ? named.join(' ') : undefined;
}

function without(code: string, name: string): string {
  return code.replaceAll(new RegExp(`(?<![\\w$])${name.replace(/\W/g, '\\$&')}(?![\\w$])`, 'g'), HIDDEN_NAME);
}

/** Pairs of what tests in JavaScript say of themselves: `it('…', () => { … })`. */
export function titledTestPairs(place: Place, text: string): Pair[] {
  const lines = text.split('\n');
  return lines.flatMap((line, row): Pair[] => {
    const [, indent = '', , title = ''] =
      /^(\s*)(?:it|test|specify)\((['"`])((?:(?!\2)[^\\])+)\2,\s*(?:async\s*)?(?:function\b.*|\(.*\)\s*=>\s*)\{\s*$/.exec(
        line,
      ) ?? [];
    const query = firstSentence(title);
    if (query === undefined) return [];
    const length = lines.slice(row + 1).findIndex((other) => other.startsWith(`${indent}}`));
    const code = lines
      .slice(row + 1, row + 1 + Math.max(0, length))
      .map((other) => other.slice(indent.length))
      .join('\n');
    return isWorthFinding(code) ? [{ ...place, kind: 'test', query, code }] : [];
  });
}

/**
 * Pairs of a README or changelog: what leads to an example and the example, a heading and its section, and a sentence
 * that names something in backticks and what defines it, where there is just one.
 */
export function prosePairs(place: Place, text: string, definitions: ReadonlyMap<string, DefinedPart | null>): Pair[] {
  const pairs: Pair[] = [];
  for (const [, lead = '', code = ''] of text.matchAll(/([^\n]+)\n\s*\n?```[\w-]*\n([^]*?)\n```/g)) {
    const query = firstSentence(lead.replace(/^[#>*\s-]+/, ''));
    if (query !== undefined && isWorthFinding(code)) pairs.push({ ...place, kind: 'section', query, code });
  }
  for (const section of text.split(/^(?=#{1,6}\s)/m)) {
    const [, heading = '', body = ''] = /^#{1,6}\s+([^\n]+)\n+([^]*)/.exec(section) ?? [];
    const query = firstSentence(heading.replace(/\s*#+$/, ''));
    const code = body.trim().slice(0, 1800);
    if (query !== undefined && isWorthFinding(code)) pairs.push({ ...place, kind: 'section', query, code });
  }
  for (const line of text.split('\n')) {
    const names = [...line.matchAll(/`([A-Za-z_$][\w$.]*)(?:\(\))?`/g)].map(([, name = '']) =>
      name.slice(name.lastIndexOf('.') + 1),
    );
    const found = [...new Set(names)].flatMap((name) => definitions.get(name) ?? []);
    const [only] = found;
    const query = firstSentence(line.replace(/^[#>*\s\d.-]+/, '').replace(/\(?#\d+\)?|\b[0-9a-f]{7,40}\b/g, ''));
    if (found.length === 1 && only !== undefined && query !== undefined && isWorthFinding(only.code)) {
      pairs.push({ ...place, kind: 'mentioned', query, code: only.code });
    }
  }
  return pairs;
}

/** What is defined once, by name; null for what is defined more than once. */
export function uniquelyDefined(parts: readonly DefinedPart[]): Map<string, DefinedPart | null> {
  const byName = new Map<string, DefinedPart | null>();
  for (const part of parts) byName.set(part.name, byName.has(part.name) ? null : part);
  return byName;
}
