import { Parser, Renderer, type RendererObject, type Token, type Tokens } from 'marked';
import { pathInComment, pathInInfo } from '../../../src/base/filePath.ts';
import { languageOf } from './blockSplitter.ts';
import { escapeHtml } from './escapeHtml.ts';
import { linkTarget } from './linkTarget.ts';
import { moreSyntax } from './moreSyntax.ts';
import { pictureAddress } from './pictureAddress.ts';
import { isPlaceName } from './placeName.ts';

/** What a block needs to know of the message that it is a part of. */
export interface RenderContext {
  /** How many sources the message has. */
  readonly sourceCount: number;
  /** The depths of the headings that the next block stands under, outermost first. Rendering goes on in it. */
  readonly outline: number[];
}

/**
 * Blocks as HTML. Everything of the text is escaped, tags too; links carry their target in `data-url`
 * or `data-source` and no `href`, so that nothing can be navigated to; an image is a place for one, which loads
 * nothing. What may be a place in the workspace has it in `data-place`.
 */
export function renderTokens(tokens: readonly Token[], context: RenderContext): string {
  const renderer: Renderer = Object.assign(new Renderer(), overrides(context));
  return new Parser<string, string>({ renderer, extensions: moreSyntax }).parse([...tokens]);
}

/** The file that a code block names in its info string or its first line; empty where it names none. */
export function fileOf(info: string, code: string): string {
  return pathInInfo(info) ?? pathInComment(code.slice(0, 300).split('\n', 1)[0] ?? '') ?? '';
}

function overrides({ sourceCount, outline }: RenderContext): RendererObject {
  const link = (href: string, label: string): string => {
    const target = linkTarget(href, sourceCount);
    if (target === null) return isPlaceName(href) ? `<a data-place="${escapeHtml(href)}">${label}</a>` : label;
    return target.type === 'web'
      ? `<a data-url="${escapeHtml(target.url)}">${label}</a>`
      : `<a data-source="${target.number}">${label}</a>`;
  };
  return {
    code({ text, lang }) {
      const file = fileOf(lang ?? '', text);
      const named = file === '' ? '' : ` data-file="${escapeHtml(file)}"`;
      return `<pre data-language="${escapeHtml(languageOf(lang ?? ''))}"${named}><code>${escapeHtml(text)}</code></pre>\n`;
    },
    codespan({ text }) {
      const place = isPlaceName(text) ? ` data-place="${escapeHtml(text)}"` : '';
      return `<code${place}>${escapeHtml(text)}</code>`;
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
      // Levels 1 and 2 are the view's own, and no level is left out, whatever a model starts with.
      while ((outline.at(-1) ?? 0) >= depth) outline.pop();
      outline.push(depth);
      const level = Math.min(outline.length + 2, 6);
      return `<h${level} data-depth="${depth}">${this.parser.parseInline(tokens)}</h${level}>\n`;
    },
    checkbox({ checked }) {
      return `<span data-task="${checked ? 'done' : 'open'}"></span> `;
    },
    list({ ordered, start, items }) {
      const tag = ordered ? 'ol' : 'ul';
      const first = ordered && start !== 1 ? ` start="${start}"` : '';
      return `<${tag}${first}>${items.map((item) => this.listitem(item)).join('')}</${tag}>\n`;
    },
    listitem(item) {
      // Each says for itself whether it has paragraphs, and not the list, which may still grow.
      const hasParagraphs = /\n[ \t]*\n/.test(item.raw);
      let [written, box] = ['', ''];
      for (const token of item.tokens) {
        if (isCheckbox(token)) {
          box = this.checkbox(token);
        } else if (isText(token)) {
          const text = box + this.parser.parseInline(token.tokens);
          written += hasParagraphs ? `<p>${text}</p>` : text;
          box = '';
        } else {
          written += box + this.parser.parse([token]);
          box = '';
        }
      }
      return `<li>${written}${box}</li>`;
    },
    blockquote({ tokens }) {
      // Nothing but elements, for it may still grow by some.
      const blocks = tokens.map((token) => this.parser.parse([token]).trim());
      const elements = blocks.map((html) => (html === '' || html.startsWith('<') ? html : `<p>${html}</p>`));
      return `<blockquote>${elements.join('')}</blockquote>\n`;
    },
    table({ header, rows }) {
      const row = (cells: readonly Tokens.TableCell[]): string =>
        `<tr>${cells.map((cell) => this.tablecell(cell)).join('')}</tr>`;
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
      return pictureAddress(href) === null
        ? link(href, escapeHtml(text === '' ? href : text))
        : `<span data-picture="${escapeHtml(href)}">${escapeHtml(text)}</span>`;
    },
  };
}

function isCheckbox(token: Token): token is Tokens.Checkbox {
  return token.type === 'checkbox';
}

/** What stands in an item itself; marked calls it a paragraph in some lists and a text in others. */
function isText(token: Token): token is Tokens.Text & { readonly tokens: Token[] } {
  return (token.type === 'text' || token.type === 'paragraph') && token.tokens !== undefined;
}
