import { languageOf } from '../chunks/languages.ts';
import { type CodeStyle, countCodeWords } from './codeWords.ts';
import { findImports } from './findImports.ts';
import { type FileOutline, type OutlineEntry, hashWord } from './outline.ts';

/** Puts together what a file has to do with others; `definitions` are what its syntax tree has told. */
export function makeOutline(path: string, text: string, definitions: readonly OutlineEntry[]): FileOutline {
  const { id } = languageOf(path);
  const style = styles.get(id);
  const counts = style === undefined ? new Map<string, number>() : countCodeWords(text, style);
  const references = new Map<number, number>();
  for (const [word, count] of counts) references.set(hashWord(word), count);
  return { imports: findImports(text, id), definitions, references };
}

const styles = new Map<string, CodeStyle>([
  ...(
    'typescript typescriptreact javascript javascriptreact vue svelte go java csharp c cpp kotlin swift scala groovy ' +
    'dart objective-c'
  )
    .split(' ')
    .map((id): [string, CodeStyle] => [id, 'c']),
  ['rust', 'rust'],
  ['python', 'python'],
  ['ruby', 'hash'],
  ['shellscript', 'hash'],
  ['elixir', 'hash'],
  ['php', 'php'],
  ['markdown', 'prose'],
  ['restructuredtext', 'prose'],
]);
