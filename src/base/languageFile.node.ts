import { readFileSync } from 'node:fs';
import { type Texts, useLanguage } from './texts.ts';

const variable = 'SEXTANT_LANGUAGE';

/** A language and the file of its texts; what a process or thread of ours needs to speak as its parent does. */
export interface LanguageFile {
  readonly tag: string;
  readonly path: string;
}

let handedOn: string | undefined = process.env[variable];

/** Has what is started from now on speak this language. */
export function handOnLanguage(file: LanguageFile): void {
  handedOn = JSON.stringify(file);
}

/** For the environment of a process or thread that is started: how it learns of the language. */
export function languageVariables(): Readonly<Record<string, string>> {
  return handedOn === undefined ? {} : { [variable]: handedOn };
}

/** In a process or thread that was started so: speaks the parent's language. The file is read with the first text. */
export function useParentLanguage(): void {
  const given = process.env[variable];
  if (given === undefined) return;
  const { tag, path } = JSON.parse(given) as LanguageFile;
  useLanguage(tag, () => readTexts(path));
}

/** A file that is gone or broken costs the translation, never the message. */
function readTexts(path: string): Texts {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Texts;
  } catch {
    return {};
  }
}
