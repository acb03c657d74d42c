import { existsSync } from 'node:fs';
import path from 'node:path';
import { changeQuestions } from './changes.ts';
import { type Corpus, type CorpusFile, type Tree, readCorpus } from './corpus.ts';
import { functionQuestions } from './functions.ts';
import { npmFolder } from './npmPackages.ts';
import { paraphrases } from './paraphrases.ts';
import type { Answer, Question } from './questions.ts';
import { packagesFolder, sourcePackages } from './sources.ts';

export const setNames = ['changes', 'functions', 'paraphrases'] as const;
export type SetName = (typeof setNames)[number];

/** A package that is searched, and the questions about it. */
export interface Workspace {
  readonly set: SetName;
  readonly corpus: Corpus;
  readonly questions: readonly Question[];
}

/** The packages of a set, one after the other: all together are a gigabyte. */
export async function* workspaces(set: SetName): AsyncGenerator<Workspace> {
  switch (set) {
    case 'changes':
      for (const name of changedPackages) {
        const { folder, ...source } = unpacked(name);
        const questions = changeQuestions({ ...source, code: folder, patches: path.join(folder, '../debian/patches') });
        yield { set, corpus: await readCorpus({ folder, ...source }), questions };
      }
      return;
    case 'functions':
      for (const name of documentedPackages) yield { set, ...(await functionQuestions(treeOf(name))) };
      return;
    case 'paraphrases':
      for (const [name, list] of Object.entries(paraphrases)) {
        const corpus = await readCorpus(treeOf(name));
        const questions = list.map(([text, file, symbol]) => ({
          id: `${name}/${text}`,
          package: name,
          text,
          answers: [answerOf(corpus, file, symbol)],
        }));
        yield { set, corpus, questions };
      }
  }
}

const changedPackages = (
  'curl openssh gnutls28 glib2.0 libxml2 mutter bluez poppler netty zookeeper lxd composer php-twig phpmyadmin redmine ' +
  'ruby3.1 calibre cloud-init'
).split(' ');

/** An npm package is one with a colon: its name, and the folder that holds its code. */
const documentedPackages = (
  'eslint:lib webpack:lib three:src mongoose:lib rxjs:src exiv2 poppler jackson-databind zookeeper keepass2 restic gh ' +
  'composer phpmyadmin ruby-nokogiri redmine cloud-init mercurial rust-ripgrep curl openssh'
).split(' ');

function treeOf(name: string): Tree {
  const [npmName = '', folder] = name.split(':');
  if (folder !== undefined) return { name, folder: path.join(npmFolder(), npmName), folders: [folder] };
  return unpacked(name);
}

function unpacked(name: string): Tree & { readonly language: string } {
  const source = sourcePackages.find((each) => each.name === name);
  const folder = path.join(packagesFolder, name, 'code');
  if (source === undefined || !existsSync(folder)) throw new Error(`The package ${name} is not there.`);
  return { ...source, folder };
}

/** Where a symbol is; in a chunk of several the line that names it. */
function answerOf({ name, files }: Corpus, file: string, symbol: string): Answer {
  const found = files.find(({ path: other }) => other === file);
  const lines = found === undefined ? undefined : linesOf(found, symbol);
  if (lines === undefined) throw new Error(`${name} has no ${symbol} in ${file}.`);
  return { path: file, lines };
}

function linesOf({ text, chunks }: CorpusFile, symbol: string): Answer['lines'] | undefined {
  const own = chunks.filter((chunk) => chunk.symbol === symbol);
  const [first] = own;
  if (first !== undefined) {
    return {
      startLine: first.declaration?.signature.startLine ?? first.startLine,
      endLine: Math.max(...own.map(({ endLine }) => endLine)),
    };
  }
  const name = `\\b${symbol.slice(symbol.lastIndexOf('.') + 1).replace(/\W/g, '\\$&')}`;
  const lines = text.split('\n');
  const lineOf = (pattern: RegExp): number => lines.findIndex((each) => pattern.test(each)) + 1;
  // Rather where it is defined than where a comment above speaks of it.
  const line = lineOf(new RegExp(`^[^*/#]*${name} ?\\(`)) || lineOf(new RegExp(`${name}(?!\\w)`));
  return line === 0 ? undefined : { startLine: line, endLine: line };
}
