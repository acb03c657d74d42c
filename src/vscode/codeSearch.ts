import * as vscode from 'vscode';
import { plural, t } from '../base/texts.ts';
import { type FoundLine, bestLineFor } from '../index/search/bestLine.ts';
import { filterAtEnd, filterNames, parseCodeQuery } from '../index/search/codeQuery.ts';
import type { SearchHit } from '../protocol/contextIndex.ts';
import type { QueryHint } from '../protocol/searchView.ts';
import type { WorkspaceIndex } from './workspaceIndex.ts';

/** A passage with the line of it that shows best why it was found. */
export interface FoundPassage {
  readonly hit: SearchHit;
  readonly shown: FoundLine;
}

const MOST_HITS = 60;
const MOST_HINTS = 12;
/** What looking for lines may take before others have their turn. */
const SLICE_MS = 2;

/** Searches the code of the workspace as one types, by meaning and by words. */
export class CodeSearch {
  readonly #index: Pick<WorkspaceIndex, 'ask' | 'find'>;

  constructor(index: Pick<WorkspaceIndex, 'ask' | 'find'>) {
    this.#index = index;
  }

  /** Best first. None while the text holds filters alone. */
  async find(typed: string, signal: AbortSignal): Promise<FoundPassage[]> {
    const request = { ...parseCodeQuery(typed), limit: MOST_HITS };
    if (request.query === '') return [];
    const hits = await this.#index.find(request, signal);
    return await withLines(hits, request.query, signal);
  }

  /** Passages like the selected code, best first. */
  async findSimilar(code: { path: string; startLine: number; endLine: number; text: string }): Promise<FoundPassage[]> {
    const hits = await this.#index.ask('similar', { ...code, limit: MOST_HITS });
    return await withLines(hits, code.text);
  }

  /** What fits after the text: the filters where there is nothing yet, and the values of one that is being typed. */
  async hints(typed: string): Promise<QueryHint[]> {
    if (typed.trim() === '') {
      return filterNames.map((name) => ({ text: `${name}:`, label: `${name}:`, detail: filterDetails[name] }));
    }
    const open = filterAtEnd(typed);
    if (open === undefined) return [];
    const before = typed.slice(0, open.start);
    const values = open.filter === 'path' ? await foldersLike(open.value) : await this.#values(open.filter, open.value);
    return values.slice(0, MOST_HINTS).map(({ value, detail }) => {
      const isOpen = value.endsWith('/');
      const quoted = /\s/.test(value) ? `"${value}"` : value;
      return { text: `${before}${quoted}${isOpen ? '' : ' '}`, label: `${open.filter}:${value}`, detail };
    });
  }

  async #values(filter: 'lang' | 'kind', begun: string): Promise<HintValue[]> {
    const { folders } = await this.#index.ask('overview', null);
    const counts = new Map<string, number>();
    const count = (value: string, more: number): unknown => counts.set(value, (counts.get(value) ?? 0) + more);
    for (const { languages, kinds } of folders) {
      if (filter === 'lang') for (const { language, files } of languages) count(language, files);
      else for (const { kind, chunks } of kinds) count(kind, chunks);
    }
    const inWords = (total: number): string =>
      filter === 'lang' ? plural(total, '{0} file', '{0} files') : plural(total, '{0} passage', '{0} passages');
    return [...counts]
      .filter(([value]) => value !== '' && value.startsWith(begun.toLowerCase()) && value !== begun.toLowerCase())
      .sort(([, a], [, b]) => b - a)
      .map(([value, total]) => ({ value, detail: inWords(total) }));
  }
}

async function withLines(hits: readonly SearchHit[], query: string, signal?: AbortSignal): Promise<FoundPassage[]> {
  const lineOf = bestLineFor(query);
  const found: FoundPassage[] = [];
  let startedMs = performance.now();
  for (const hit of hits) {
    if (performance.now() - startedMs > SLICE_MS) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      // Nobody waits for them any more.
      if (signal?.aborted === true) return found;
      startedMs = performance.now();
    }
    found.push({ hit, shown: lineOf(hit) });
  }
  return found;
}

interface HintValue {
  readonly value: string;
  readonly detail: string;
}

const filterDetails = {
  get path() {
    return t('only in these files: path:src/**, path:*.test.ts, -path:docs');
  },
  get lang() {
    return t('only in this language: lang:python');
  },
  get kind() {
    return t('only of this kind: kind:class, kind:function');
  },
} as const;

/** The folders of the workspace that a path, as far as it is typed, may go on with. */
async function foldersLike(begun: string): Promise<HintValue[]> {
  const parent = begun.slice(0, begun.lastIndexOf('/') + 1);
  const name = begun.slice(parent.length).toLowerCase();
  if (parent.split('/').includes('..') || /[*?{]/.test(begun)) return [];
  const found = new Set<string>();
  for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
    // What is not there has no folders.
    const entries = await Promise.resolve(vscode.workspace.fs.readDirectory(vscode.Uri.joinPath(uri, parent))).catch(
      () => [],
    );
    for (const [entry, type] of entries) {
      const isFolder = (type & vscode.FileType.Directory) !== 0 && !entry.startsWith('.') && entry !== 'node_modules';
      if (isFolder && entry.toLowerCase().startsWith(name)) found.add(`${parent}${entry}/`);
    }
  }
  return [...found].sort().map((value) => ({ value, detail: t('folder') }));
}
