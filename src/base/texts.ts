/** What a language says for the English texts of the program, by the English text. */
export type Texts = Readonly<Record<string, string>>;

interface Language {
  /** Of the texts, as `Intl` takes it. */
  readonly tag: string;
  readonly texts: () => Texts;
}

const english: Language = { tag: 'en', texts: () => ({}) };

// Several bundles run in one extension host, each with this module in it: they speak the same language.
const place = Symbol.for('sextant.language');
const shared = globalThis as { [place]?: Language };

/**
 * Lets this process or thread speak `tag`, with these texts; English until then and where there are none. A
 * function is asked for the texts when the first one is needed.
 */
export function useLanguage(tag: string, texts: Texts | (() => Texts) | undefined): void {
  if (texts === undefined || !isKnownTag(tag)) {
    shared[place] = english;
    return;
  }
  let loaded = typeof texts === 'function' ? undefined : texts;
  shared[place] = { tag, texts: () => (loaded ??= typeof texts === 'function' ? texts() : texts) };
}

/** The language that is spoken, for `Intl` and `lang`. */
export function language(): string {
  return spoken().tag;
}

/**
 * A text in the language of the user: the English one stands in the code as a literal and is the key to the
 * others. It is a whole sentence or label; `{0}`, `{1}` … stand for the values. A number is written as it is:
 * see {@link figure}. Never called while a module loads: the language may not be known by then.
 */
export function t(text: string, ...values: readonly (string | number)[]): string {
  return filled(translated(text), values);
}

/**
 * A text about a number of things, in the form that the language has for it: `plural(3, '{0} file', '{0} files')`.
 * `{0}` is the count as the language writes it, `{1}` … are the further values.
 */
export function plural(count: number, one: string, other: string, ...values: readonly (string | number)[]): string {
  const rules = known('plural', () => new Intl.PluralRules(language()));
  return filled(translated(rules.select(count) === 'one' ? one : other), [figure(count), ...values]);
}

/** A number as the language writes it. */
export function figure(value: number, options?: Intl.NumberFormatOptions): string {
  // All our languages write these alike, and the first format of a process takes it milliseconds.
  if (options === undefined && Number.isInteger(value) && value >= 0 && value < 1000) return String(value);
  return known(`figure ${JSON.stringify(options)}`, () => new Intl.NumberFormat(language(), options)).format(value);
}

/** `a, b and c`, as the language lists things; `any`: `a, b or c`. */
export function listed(items: readonly string[], which: 'all' | 'any' = 'all'): string {
  const type = which === 'all' ? 'conjunction' : 'disjunction';
  return known(type, () => new Intl.ListFormat(language(), { type })).format(items);
}

/** A text of the language with `{0}` … in it, cut up there: for texts that have more than letters in them. */
export function textParts(text: string): readonly (string | number)[] {
  return translated(text)
    .split(/\{(\d+)\}/u)
    .map((part, index) => (index % 2 === 0 ? part : Number(part)));
}

function translated(text: string): string {
  const texts = spoken().texts();
  return Object.hasOwn(texts, text) ? (texts[text] ?? text) : text;
}

function filled(text: string, values: readonly (string | number)[]): string {
  if (values.length === 0) return text;
  return text.replace(/\{(\d+)\}/gu, (whole, index: string) => String(values[Number(index)] ?? whole));
}

function spoken(): Language {
  return shared[place] ?? english;
}

function isKnownTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

/** Making a format takes longer than using it a thousand times. */
const formats = new Map<string, unknown>();

function known<Format>(name: string, make: () => Format): Format {
  const key = `${language()} ${name}`;
  let format = formats.get(key) as Format | undefined;
  if (format === undefined) formats.set(key, (format = make()));
  return format;
}
