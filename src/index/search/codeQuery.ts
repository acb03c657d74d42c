import type { SearchFilter, SearchRequest } from '../../protocol/contextIndex.ts';
import { languageOf } from '../chunks/languages.ts';

/** The filters that can stand among the words of a query: `path:src/** lang:python kind:class`. */
export const filterNames = ['path', 'lang', 'kind'] as const;
export type FilterName = (typeof filterNames)[number];

/** Reads a query as it is typed. A filter without a value, or quoted as a whole, is none; `-` before one excludes a path. */
export function parseCodeQuery(typed: string): Required<Pick<SearchRequest, 'query' | 'filter'>> {
  const words: string[] = [];
  const values: Record<FilterName, string[]> = { path: [], lang: [], kind: [] };
  for (const [token] of typed.matchAll(tokens)) {
    const { negation = '', name = '', value = '' } = filterPattern.exec(token)?.groups ?? {};
    const filter = filterNames.find((each) => name.toLowerCase().startsWith(each));
    const isFilter = filter !== undefined && (negation === '' || filter === 'path');
    if (!isFilter) words.push(token);
    else values[filter].push(...valuesOf(value).map((each) => (negation === '' ? each : `!${each}`)));
  }
  const filter: SearchFilter = {
    ...(values.path.length === 0 ? {} : { paths: values.path }),
    ...(values.lang.length === 0 ? {} : { languages: [...new Set(values.lang.flatMap(languageIds))] }),
    ...(values.kind.length === 0 ? {} : { kinds: values.kind.map((kind) => kind.toLowerCase()) }),
  };
  return { query: words.join(' '), filter };
}

/** The filter whose value is being typed at the end of a query: where the value begins, and what there is of it. */
export function filterAtEnd(typed: string): { filter: FilterName; start: number; value: string } | undefined {
  const [, name = '', typedValue = ''] = /(?:^|\s)-?(path|lang|language|kind):(\S*)$/i.exec(typed) ?? [];
  const filter = filterNames.find((each) => name.toLowerCase().startsWith(each));
  if (filter === undefined) return undefined;
  const value = typedValue.slice(typedValue.lastIndexOf(',') + 1);
  return { filter, start: typed.length - value.length, value };
}

/** Quoted text is one, also after a filter's name. */
const tokens = /-?[a-z]+:"[^"]*"?|"[^"]*"?|\S+/gi;
const filterPattern = /^(?<negation>-?)(?<name>path|lang|language|kind):(?<value>.*)$/is;

function valuesOf(value: string): string[] {
  const quoted = /^"([^"]*)"?$/.exec(value)?.[1];
  // Commas in braces belong to a glob: `*.{ts,tsx}`.
  const all = quoted === undefined ? value.split(/,(?![^{]*\})/) : [quoted];
  return all.map((each) => each.trim()).filter((each) => each !== '');
}

/** What somebody calls a language, by its name or the extension of its files, as VS Code's identifiers. */
function languageIds(name: string): string[] {
  const lower = name.toLowerCase();
  const known = languageOf(`file.${lower}`).id;
  const id = aliases[lower] ?? (known === 'plaintext' ? lower : known);
  // Both are what people mean by the language.
  return id === 'typescript' || id === 'javascript' ? [id, `${id}react`] : [id];
}

const aliases: Readonly<Record<string, string>> = {
  'c#': 'csharp',
  golang: 'go',
  shell: 'shellscript',
  text: 'plaintext',
  r: 'r',
};
