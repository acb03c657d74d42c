/** A value of front matter: what is no list is text, also numbers and `true`. */
export type FrontMatterValue = string | readonly string[];

/** A file that may begin with front matter. */
export interface WithFrontMatter {
  readonly fields: ReadonlyMap<string, FrontMatterValue>;
  readonly body: string;
}

/** More of either is no front matter that anybody wrote. */
const MOST_CHARACTERS = 20_000;
const MOST_VALUES = 500;

/**
 * Reads what stands between two lines of `---` at the beginning of a file, as far as rules and prompts use it of
 * YAML: `key: value`, lists in brackets or by lines that begin with `-`, quotes, comments. Lines that mean
 * nothing are passed over; keys are in lower case.
 */
export function readFrontMatter(text: string): WithFrontMatter {
  const whole = text.replace(/^\uFEFF/u, '').replaceAll('\r\n', '\n');
  const none = { fields: new Map<string, FrontMatterValue>(), body: whole.trim() };
  if (!whole.startsWith('---\n')) return none;
  const end = `${whole.slice(0, MOST_CHARACTERS)}\n`.search(/\n---[ \t]*\n/u);
  if (end === -1) return none;
  const head = whole.slice(4, Math.max(4, end));
  const body = whole.slice(whole.indexOf('\n---', end) + 4).replace(/^[ \t]*\n?/u, '');
  return { fields: readFields(head.split('\n')), body: body.trim() };
}

/** The items of a value that may be a list, or several in one text with commas between them; commas in braces stay. */
export function listOf(value: FrontMatterValue | undefined): readonly string[] {
  if (value === undefined) return [];
  const items = typeof value === 'string' ? splitOutside(value) : value;
  return items.map((item) => item.trim()).filter((item) => item !== '');
}

/** The text of a value; empty where there is none, or a list. */
export function textOf(value: FrontMatterValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function readFields(lines: readonly string[]): Map<string, FrontMatterValue> {
  const fields = new Map<string, FrontMatterValue>();
  let open: { key: string; items: string[] } | null = null;
  for (const line of lines) {
    const item = /^\s*-\s+(.*)$/u.exec(line);
    if (item !== null && open !== null && open.items.length < MOST_VALUES) {
      open.items.push(unquoted(item[1] ?? ''));
      fields.set(open.key, open.items);
      continue;
    }
    const [, key, rest = ''] = /^([\w-]+)\s*:(?:\s+(.*)|)$/u.exec(line) ?? [];
    if (key === undefined || fields.size >= MOST_VALUES) continue;
    const name = key.toLowerCase();
    open = rest.trim() === '' ? { key: name, items: [] } : null;
    fields.set(name, readValue(rest));
  }
  return fields;
}

function readValue(text: string): FrontMatterValue {
  const bare = /^\s*(["'])/u.test(text) ? text.trim() : text.replace(/(^|\s)#.*$/u, '').trim();
  if (bare.startsWith('[') && bare.endsWith(']')) return splitOutside(bare.slice(1, -1)).map(unquoted);
  return unquoted(bare);
}

/** At commas that stand in no braces and no quotes. */
function splitOutside(text: string): string[] {
  const parts: string[] = [''];
  let depth = 0;
  let quote = '';
  for (const character of text) {
    if (quote === '' && character === ',' && depth === 0 && parts.length < MOST_VALUES) {
      parts.push('');
      continue;
    }
    if (quote !== '' ? character === quote : character === '"' || character === "'") {
      quote = quote === '' ? character : '';
    } else if (character === '{') depth++;
    else if (character === '}') depth--;
    parts.push((parts.pop() ?? '') + character);
  }
  return parts.filter((part) => part.trim() !== '');
}

function unquoted(text: string): string {
  const trimmed = text.trim();
  const [, , inside] = /^(["'])(.*)\1(?:\s+#.*)?$/u.exec(trimmed) ?? [];
  return inside ?? trimmed;
}
