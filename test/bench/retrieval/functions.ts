import { groupBy } from '../../../src/base/groupBy.ts';
import type { Chunk } from '../../../src/index/chunks/chunk.ts';
import { commentText } from '../../../src/index/chunks/declarations.ts';
import { isTestOrExample } from '../../../src/index/files/fileKinds.ts';
import { type Corpus, type Tree, readCorpus } from './corpus.ts';
import { type Question, orderOf } from './questions.ts';

const FUNCTIONS_A_FILE = 2;
const FUNCTIONS_A_PACKAGE = 30;

/** A documented function that may become a question. */
interface Documented {
  readonly path: string;
  readonly symbol: string;
  readonly sentence: string;
  readonly comment: { readonly startLine: number; readonly endLine: number };
  readonly startLine: number;
  readonly endLine: number;
}

/** Questions from documented functions: the first sentence of the comment finds the function, from which the comment was taken out. */
export async function functionQuestions(tree: Tree): Promise<{ corpus: Corpus; questions: Question[] }> {
  const original = await readCorpus(tree);
  const chosen = choose(tree.name, original);
  const byPath = groupBy(chosen, ({ path }) => path);
  const withoutComment = (path: string, text: string): string => {
    const comments = (byPath.get(path) ?? []).map(({ comment }) => comment);
    return text
      .split('\n')
      .filter((_, index) => !comments.some(({ startLine, endLine }) => startLine <= index + 1 && index + 1 <= endLine))
      .join('\n');
  };
  const corpus = await readCorpus(tree, { name: 'functions', of: withoutComment });
  const questions = chosen.map(({ path, symbol, sentence, startLine, endLine }) => {
    const linesBefore = (line: number): number =>
      (byPath.get(path) ?? []).reduce(
        (sum, { comment }) => sum + (comment.startLine < line ? comment.endLine - comment.startLine + 1 : 0),
        0,
      );
    const lines = { startLine: startLine - linesBefore(startLine), endLine: endLine - linesBefore(endLine) };
    return { id: `${tree.name}/${path}#${symbol}`, package: tree.name, text: sentence, answers: [{ path, lines }] };
  });
  return { corpus, questions };
}

function choose(name: string, { files }: Corpus): Documented[] {
  const all = files.flatMap((file) =>
    isTestOrExample(file.path) ? [] : documented(file.path, file.text, file.chunks),
  );
  const sentences = groupBy(all, ({ sentence }) => sentence.toLowerCase());
  const candidates = all
    .filter(({ sentence }) => sentences.get(sentence.toLowerCase())?.length === 1)
    .sort((a, b) => orderOf(`${name}/${a.path}#${a.symbol}`) - orderOf(`${name}/${b.path}#${b.symbol}`));
  const perFile = new Map<string, number>();
  const spread = candidates.filter(({ path }) => {
    const count = (perFile.get(path) ?? 0) + 1;
    perFile.set(path, count);
    return count <= FUNCTIONS_A_FILE;
  });
  return spread.slice(0, FUNCTIONS_A_PACKAGE);
}

function documented(path: string, text: string, chunks: readonly Chunk[]): Documented[] {
  const lines = text.split('\n');
  const functions = chunks.filter(({ kind }) => kind === 'function' || kind === 'method');
  return [...groupBy(functions, ({ symbol }) => symbol)].flatMap(([symbol, parts]) => {
    const declarations = parts.flatMap(({ declaration }) => declaration ?? []);
    const comment = declarations[0]?.comment;
    const signature = declarations[0]?.signature;
    if (comment === undefined || signature === undefined) return [];
    // Overloads have several of each.
    if (declarations.some((other) => other.signature.startLine !== signature.startLine)) return [];
    const sentence = firstSentence(commentText(lines, comment), symbol.slice(symbol.lastIndexOf('.') + 1));
    const endLine = Math.max(...parts.map((part) => part.endLine));
    const isWhole = isCommentOnly(lines.slice(comment.startLine - 1, comment.endLine));
    const overlaps = comment.endLine >= signature.startLine && comment.startLine <= signature.endLine;
    if (sentence === undefined || !isWhole || overlaps || endLine - signature.startLine < 3) return [];
    return [{ path, symbol, sentence, comment, startLine: signature.startLine, endLine }];
  });
}

/** Undefined for what says too little, or is not a sentence. */
function firstSentence(comment: string, name: string): string | undefined {
  const text = comment
    .replace(/\{@\w+\s+([^}|\s]+)[^}]*\}/g, '$1')
    .replace(/<[^>]+>|`+/g, '')
    .replace(new RegExp(`^${name.replace(/\W/g, '\\$&')}\\b[\\s:(),-]*`), '');
  const sentence = (/^(.*?[^.][.!?])(\s|$)/.exec(text)?.[1] ?? text).replace(/[.:]$/, '').trim();
  const words = sentence.split(/\s+/).length;
  const isSentence =
    words >= 5 && words <= 40 && !/^(see|todo|deprecated|copyright|eslint|fixme|note|@|:)/i.test(sentence);
  return isSentence && !/[^\x20-\x7e]|[|{}<>=;]/.test(sentence) ? sentence : undefined;
}

/** True for whole lines of nothing but a comment. */
function isCommentOnly(lines: readonly string[]): boolean {
  const first = lines[0]?.trim() ?? '';
  const last = lines.at(-1)?.trim() ?? '';
  if (first.startsWith('/*')) return last.endsWith('*/') && !lines.slice(0, -1).some((line) => line.includes('*/'));
  const quotes = /^[ru]?("""|''')/.exec(first)?.[1];
  if (quotes !== undefined) return last.endsWith(quotes);
  return lines.every((line) => /^\s*(\/\/|#(?!\[|include|define|if|endif))/.test(line));
}
