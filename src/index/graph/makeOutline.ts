import { languageOf } from '../chunks/languages.ts';
import { type CodeStyle, countCodeWords } from './codeWords.ts';
import { findImports } from './findImports.ts';
import type { FileOutline, OutlineEntry } from './outline.ts';

/** Puts together what a file has to do with others; `definitions` are what its syntax tree has told. */
export function makeOutline(path: string, text: string, definitions: readonly OutlineEntry[]): FileOutline {
  const { id } = languageOf(path);
  const style = styles.get(id);
  const references = style === undefined ? new Map<number, number>() : countCodeWords(text, style);
  return { imports: findImports(text, id), definitions, references };
}

const likeC: CodeStyle = { line: '//', block: true };
const likeShell: CodeStyle = { line: '#', block: false };
const prose: CodeStyle = { line: '', block: false, prose: true };

const styles = new Map<string, CodeStyle>([
  ...(
    'typescript typescriptreact javascript javascriptreact vue svelte go java csharp c cpp kotlin swift scala groovy ' +
    'dart objective-c'
  )
    .split(' ')
    .map((id): [string, CodeStyle] => [id, likeC]),
  ['rust', { ...likeC, lifetimes: true }],
  ['python', { ...likeShell, triple: true }],
  ['ruby', likeShell],
  ['shellscript', likeShell],
  ['elixir', likeShell],
  ['php', { line: '//#', block: true }],
  ['markdown', prose],
  ['restructuredtext', prose],
]);
