import type { MarkedOptions, Tokens } from 'marked';
import { escapeHtml } from './escapeHtml.ts';

/** Longer formulas are no formulas. Characters. */
const FORMULA_LIMIT = 4_000;
/** `$a$` as Pandoc has it: no space inside the marks and no digit behind them, so that prices are none. */
const inlineMath =
  /^(?:\$(?![\s$])((?:\\[^\n]|[^\\$\n])+?)(?<!\s)\$(?![\w$])|\\\(([^\n]+?)\\\)|\$\$([^\n]+?)\$\$|\\\[([^\n]+?)\\\])/;
const blockMath = /^ {0,3}(?:\$\$([^$]+?)\$\$|\\\[([^]+?)\\\])[ \t]*(?:\n|$)/;
const footnoteReference = /^\[\^([\w-]{1,40})\]/;
const footnoteText = /^ {0,3}\[\^([\w-]{1,40})\]:[ \t]?([^\n]*(?:\n(?! {0,3}\[\^)(?:[ \t]+\S[^\n]*))*)(?:\n+|$)/;

/** A formula, in TeX. */
function formula(raw: string, text: string | undefined, display: boolean): Tokens.Generic | undefined {
  if (text === undefined || text.trim() === '' || raw.length > FORMULA_LIMIT) return undefined;
  return { type: display ? 'blockMath' : 'inlineMath', raw, text: text.trim() };
}

/**
 * What Markdown has in the chat beside GitHub’s: formulas between `$`, `$$`, `\(` and `\[`, and footnotes. Given to
 * marked’s lexer and parser. A formula becomes an element with `data-math` that holds its TeX.
 */
export const moreSyntax: NonNullable<MarkedOptions['extensions']> = {
  childTokens: { footnoteText: ['tokens'] },
  inline: [
    (source) => {
      if (!/^[$\\]/.test(source)) return undefined;
      const found = inlineMath.exec(source.slice(0, FORMULA_LIMIT));
      if (found === null) return undefined;
      const [raw, one, two, three, four] = found;
      return one !== undefined || two !== undefined
        ? formula(raw, one ?? two, false)
        : formula(raw, three ?? four, true);
    },
    (source) => {
      const found = footnoteReference.exec(source);
      return found === null ? undefined : { type: 'footnoteReference', raw: found[0], label: found[1] };
    },
  ],
  startInline: [(source) => source.search(/[$[]|\\[([]/)],
  block: [
    (source) => {
      const found = /^ {0,3}(?:\$\$|\\\[)/.test(source) ? blockMath.exec(source.slice(0, FORMULA_LIMIT)) : null;
      return found === null ? undefined : formula(found[0], found[1] ?? found[2], true);
    },
    function readFootnote(source) {
      const found = footnoteText.exec(source);
      if (found === null) return undefined;
      const [raw, label = '', text = ''] = found;
      const note: Tokens.Generic = { type: 'footnoteText', raw, label, text, tokens: [] };
      this.lexer.inline(text.replaceAll(/\n[ \t]+/g, '\n'), note.tokens);
      return note;
    },
  ],
  startBlock: [(source) => source.search(/^ {0,3}(?:\$\$|\\\[|\[\^[\w-]+\]:)/m)],
  renderers: {
    inlineMath: ({ text }) => `<span data-math="inline">${escapeHtml(String(text))}</span>`,
    blockMath: ({ text }) => `<div data-math="block">${escapeHtml(String(text))}</div>\n`,
    footnoteReference: ({ label }) =>
      `<sup><a data-note="${escapeHtml(String(label))}">${escapeHtml(String(label))}</a></sup>`,
    footnoteText(token) {
      const label = escapeHtml(String(token['label']));
      const text = this.parser.parseInline(token.tokens ?? []);
      return `<div data-note-text="${label}"><a data-note-back="${label}">${label}</a> ${text}</div>\n`;
    },
  },
};

/** A formula that begins a text and has not ended yet: where its beginning ends; null where none does. */
export function openFormula(source: string): { readonly open: string; readonly close: string } | null {
  const open = /^ {0,3}(\$\$|\\\[)/.exec(source)?.[1];
  if (open === undefined || source.length > FORMULA_LIMIT) return null;
  const close = open === '$$' ? '$$' : '\\]';
  const rest = source.slice(source.indexOf(open) + 2);
  return rest.includes(close) || /\n[ \t]*\n/.test(rest) ? null : { open, close };
}
