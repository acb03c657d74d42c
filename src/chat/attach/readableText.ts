/** A page as it is read: its title, and its text with Markdown’s headings, lists, links of no kind, and code. */
export interface ReadablePage {
  readonly title: string;
  readonly text: string;
}

/** What in it is no text of the page. */
const skipped = new Set([
  'script',
  'style',
  'noscript',
  'template',
  'svg',
  'math',
  'iframe',
  'object',
  'canvas',
  'nav',
  'footer',
  'aside',
  'form',
  'button',
  'select',
  'dialog',
]);
/** What a parser takes as text up to its own end, whatever stands in it. */
const raw = new Set(['script', 'style', 'textarea', 'title', 'iframe', 'noscript', 'noframes', 'xmp']);
const blocks =
  /^(?:p|div|section|article|main|header|ul|ol|dl|dt|dd|table|thead|tbody|tr|blockquote|figure|figcaption|pre|hr|br|details|summary|h[1-6]|li)$/u;

interface Tag {
  readonly name: string;
  readonly isEnd: boolean;
  /** Behind its `>`. */
  readonly end: number;
}

/**
 * The text of an HTML page, in one pass over it: what stands in `main` or `article` where the page has one, without
 * navigation, scripts and forms. A page that is broken gives what can be read of it.
 */
export function readableText(html: string): ReadablePage {
  const title = decodeEntities(/<title[^>]{0,500}>([^<]{0,2000})/iu.exec(html)?.[1] ?? '').trim();
  const main = extract(html, /^(?:main|article)$/u);
  const text = main.trim().length >= 200 ? main : extract(html, /^(?:body|html)$/u);
  return {
    title: title.replaceAll(/\s+/gu, ' ').slice(0, 300),
    text: tidy(text.trim() === '' ? extract(html, /^$/u) : text),
  };
}

/** What stands in elements of this name, outermost ones; for an empty name, everything, also what is left out else. */
function extract(html: string, within: RegExp): string {
  const out: string[] = [];
  const isEverything = within.test('');
  let inside = 0;
  let preformatted = 0;
  /** The element that is left out, and how many of its name stand in one another. */
  const left = { name: '', depth: 0 };
  for (let at = 0; at < html.length;) {
    const open = html.indexOf('<', at);
    const textEnd = open === -1 ? html.length : open;
    const isRead = left.depth === 0 && (inside > 0 || isEverything);
    if (textEnd > at && isRead) out.push(textOf(html.slice(at, textEnd), preformatted > 0));
    if (open === -1) break;
    const tag = readTag(html, open);
    if (tag === null) {
      at = open + 1;
      continue;
    }
    at = tag.isEnd || !raw.has(tag.name) ? tag.end : endOf(html, tag.name, tag.end);
    if (left.depth > 0) {
      if (tag.name === left.name) left.depth += tag.isEnd ? -1 : 1;
      continue;
    }
    if (!isEverything && !tag.isEnd && skipped.has(tag.name)) {
      if (!raw.has(tag.name)) Object.assign(left, { name: tag.name, depth: 1 });
      continue;
    }
    if (tag.name !== '' && within.test(tag.name)) inside = Math.max(0, inside + (tag.isEnd ? -1 : 1));
    if (inside > 0 || isEverything) {
      if (tag.name === 'pre') preformatted = Math.max(0, preformatted + (tag.isEnd ? -1 : 1));
      out.push(markOf(tag));
    }
  }
  return out.join('');
}

/** Null for a `<` that begins no tag. Comments and declarations are tags without a name. */
function readTag(html: string, open: number): Tag | null {
  if (html.startsWith('<!--', open)) {
    const end = html.indexOf('-->', open + 4);
    return { name: '', isEnd: false, end: end === -1 ? html.length : end + 3 };
  }
  const name = /^<(\/?)([a-z][a-z0-9]*)|^<[!?]/iu.exec(html.slice(open, open + 40));
  if (name === null) return null;
  let quote = '';
  for (let at = open + name[0].length; at < html.length; at++) {
    const character = html[at] ?? '';
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '>') {
      return { name: (name[2] ?? '').toLowerCase(), isEnd: name[1] === '/', end: at + 1 };
    } else if ((character === '"' || character === "'") && html[at - 1] === '=') quote = character;
  }
  return { name: '', isEnd: false, end: html.length };
}

/** Behind the end of an element in which nothing is a tag; the end of all where it is never closed. */
function endOf(html: string, name: string, from: number): number {
  const end = new RegExp(`</${name}[^>]*>?`, 'giu');
  end.lastIndex = from;
  return end.exec(html) === null ? html.length : end.lastIndex;
}

function markOf({ name, isEnd }: Tag): string {
  if (/^h[1-6]$/u.test(name)) return isEnd ? '\n\n' : `\n\n${'#'.repeat(Number(name[1]))} `;
  if (name === 'li') return isEnd ? '' : '\n- ';
  if (name === 'pre') return isEnd ? '\n```\n\n' : '\n\n```\n';
  if (name === 'td' || name === 'th') return isEnd ? ' | ' : '';
  if (name === 'br' || name === 'tr') return '\n';
  return blocks.test(name) ? '\n\n' : '';
}

function textOf(html: string, isPreformatted: boolean): string {
  const text = decodeEntities(html);
  return isPreformatted ? text : text.replaceAll(/\s+/gu, ' ');
}

const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  mdash: '—',
  ndash: '–',
  hellip: '…',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  copy: '©',
  times: '×',
  rarr: '→',
  larr: '←',
};

function decodeEntities(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/giu, (whole, decimal, hex, name) => {
    if (typeof name === 'string') return named[name.toLowerCase()] ?? whole;
    const code = typeof decimal === 'string' ? Number(decimal) : parseInt(String(hex), 16);
    const isCharacter = code > 0 && code <= 0x10_ffff && (code < 0xd8_00 || code > 0xdf_ff);
    return isCharacter ? String.fromCodePoint(code) : '';
  });
}

/** At most one empty line, and no space before a line’s end. */
function tidy(text: string): string {
  const lines = text.split('\n').map((line) => line.trimEnd());
  return lines
    .join('\n')
    .replaceAll(/\n{3,}/gu, '\n\n')
    .trim();
}
