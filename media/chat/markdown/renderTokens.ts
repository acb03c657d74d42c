import { Parser, Renderer, type RendererObject, type Token, type Tokens } from 'marked';
import { languageOf } from './blockSplitter.ts';
import { linkTarget } from './linkTarget.ts';

/**
 * Blocks as HTML. Everything of the text is escaped, tags too; links carry their target in `data-url`
 * or `data-source` and no `href`, so that nothing can be navigated to; an image is a link to it.
 * `sourceCount` is how many sources the message has.
 */
export function renderTokens(tokens: readonly Token[], sourceCount: number): string {
  const renderer = Object.assign(new Renderer(), overrides(sourceCount));
  return new Parser({ renderer }).parse([...tokens]);
}

/** The text with what HTML gives a meaning to replaced. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function overrides(sourceCount: number): RendererObject {
  const link = (href: string, label: string): string => {
    const target = linkTarget(href, sourceCount);
    if (target === null) return label;
    return target.type === 'web'
      ? `<a data-url="${escapeHtml(target.url)}">${label}</a>`
      : `<a data-source="${target.number}">${label}</a>`;
  };
  return {
    code({ text, lang }) {
      return `<pre data-language="${escapeHtml(languageOf(lang ?? ''))}"><code>${escapeHtml(text)}</code></pre>\n`;
    },
    text(token) {
      if ('tokens' in token) return this.parser.parseInline(token.tokens);
      // Not as marked does it, which takes text after a tag like <pre> for HTML. An entity is its character.
      return token.text.replaceAll(/&(?!(?:#\d{1,7}|#x[\da-f]{1,6}|\w{2,31});)|[<>"']/gi, escapeHtml);
    },
    html({ text }) {
      // Models write line breaks this way where Markdown has none, in tables.
      return /^<br\s*\/?>\s*$/i.test(text) ? '<br>' : escapeHtml(text);
    },
    heading({ tokens, depth }) {
      // Levels 1 and 2 are the view's own.
      const level = Math.min(depth + 2, 6);
      return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>\n`;
    },
    checkbox({ checked }) {
      return `<span data-task="${checked ? 'done' : 'open'}"></span> `;
    },
    table({ header, rows }) {
      const row = (cells: readonly Tokens.TableCell[]): string =>
        `<tr>${cells.map((cell) => this.tablecell(cell)).join('')}</tr>\n`;
      const body = rows.length === 0 ? '' : `<tbody>${rows.map(row).join('')}</tbody>`;
      return `<div><table><thead>${row(header)}</thead>${body}</table></div>\n`;
    },
    tablecell({ tokens, header, align }) {
      const tag = header ? 'th' : 'td';
      const alignment = align === null ? '' : ` data-align="${align}"`;
      return `<${tag}${alignment}>${this.parser.parseInline(tokens)}</${tag}>`;
    },
    link({ href, tokens }) {
      return link(href, this.parser.parseInline(tokens));
    },
    image({ href, text }) {
      return link(href, escapeHtml(text === '' ? href : text));
    },
  };
}
