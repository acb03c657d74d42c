import { codeStyleOf } from '../chunks/codeStyle.ts';
import { languageOf } from '../chunks/languages.ts';
import { countCodeWords } from './codeWords.ts';
import { findImports } from './findImports.ts';
import type { FileOutline, OutlineEntry } from './outline.ts';

/** Puts together what a file has to do with others; `definitions` are what its syntax tree has told. */
export function makeOutline(path: string, text: string, definitions: readonly OutlineEntry[]): FileOutline {
  const { id } = languageOf(path);
  const style = codeStyleOf(id);
  const references = style === undefined ? new Map<number, number>() : countCodeWords(text, style);
  return { imports: findImports(text, id), definitions, references };
}
