import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import cpp from 'highlight.js/lib/languages/cpp';
import csharp from 'highlight.js/lib/languages/csharp';
import css from 'highlight.js/lib/languages/css';
import dart from 'highlight.js/lib/languages/dart';
import diff from 'highlight.js/lib/languages/diff';
import dockerfile from 'highlight.js/lib/languages/dockerfile';
import go from 'highlight.js/lib/languages/go';
import graphql from 'highlight.js/lib/languages/graphql';
import ini from 'highlight.js/lib/languages/ini';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import kotlin from 'highlight.js/lib/languages/kotlin';
import lua from 'highlight.js/lib/languages/lua';
import makefile from 'highlight.js/lib/languages/makefile';
import markdown from 'highlight.js/lib/languages/markdown';
import perl from 'highlight.js/lib/languages/perl';
import php from 'highlight.js/lib/languages/php';
import powershell from 'highlight.js/lib/languages/powershell';
import python from 'highlight.js/lib/languages/python';
import r from 'highlight.js/lib/languages/r';
import ruby from 'highlight.js/lib/languages/ruby';
import rust from 'highlight.js/lib/languages/rust';
import scala from 'highlight.js/lib/languages/scala';
import scss from 'highlight.js/lib/languages/scss';
import shell from 'highlight.js/lib/languages/shell';
import sql from 'highlight.js/lib/languages/sql';
import swift from 'highlight.js/lib/languages/swift';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';
import { turningPieces } from '../visibleText.ts';
import { type CodeSpan, highlightedLines } from './highlightedLines.ts';

/** By highlight.js's names; its aliases (`ts`, `py`, `html`, …) come with them. */
const grammars = {
  bash,
  c,
  cpp,
  csharp,
  css,
  dart,
  diff,
  dockerfile,
  go,
  graphql,
  ini,
  java,
  javascript,
  json,
  kotlin,
  lua,
  makefile,
  markdown,
  perl,
  php,
  powershell,
  python,
  r,
  ruby,
  rust,
  scala,
  scss,
  shell,
  sql,
  swift,
  typescript,
  xml,
  yaml,
};

/** What VS Code, people and models say where highlight.js has no alias. */
const moreAliases = {
  typescript: ['typescriptreact'],
  javascript: ['javascriptreact', 'node'],
  json: ['jsonl'],
  xml: ['vue', 'svelte'],
  bash: ['shellscript', 'fish'],
  ini: ['properties', 'dotenv'],
  scss: ['less'],
};

/** Code in colours, and whether what follows can be coloured by itself: no string, comment or the like is open. */
export interface Highlighted {
  readonly lines: CodeSpan[][];
  readonly isClosed: boolean;
}

/** The lines of `code` in colours, or null where they need none: the language is not known, and all of it can be seen. */
export function highlight(code: string, language: string): Highlighted | null {
  registerGrammars();
  if (hljs.getLanguage(language) === undefined) {
    return turningPieces(code).length > 1 ? { lines: code.split('\n').map((line) => [line]), isClosed: true } : null;
  }
  const { value, _top: open } = hljs.highlight(code, { language, ignoreIllegals: true });
  const isClosed = open === undefined || !('parent' in open);
  return { lines: highlightedLines(value), isClosed };
}

/** Done at the first code block, so that the view's start does not pay for it. */
function registerGrammars(): void {
  if (hljs.listLanguages().length > 0) return;
  for (const [name, grammar] of Object.entries(grammars)) hljs.registerLanguage(name, grammar);
  for (const [languageName, aliases] of Object.entries(moreAliases)) hljs.registerAliases(aliases, { languageName });
}
