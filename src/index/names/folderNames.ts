import type { FoundNameKind, NameHit } from '../../protocol/contextIndex.ts';
import type { Catalogue } from '../search/catalogue.ts';
import { NameList } from './nameList.ts';

/** The names in a folder's index. */
type Names = Pick<Catalogue, 'version' | 'files' | 'slotsOf' | 'symbolOf' | 'kindOf' | 'linesOf'>;

/** A name that fits, of a folder that whoever asks knows. */
export type FolderNameHit = Omit<NameHit, 'folder'>;

interface Symbols {
  readonly list: NameList;
  readonly places: readonly { readonly path: string; readonly slot: number }[];
}

/** Finds files, folders and symbols of a folder by their names; its lists are made anew only after a change. */
export class FolderNames {
  readonly #names: () => Names;
  #version = -1;
  #files: NameList | undefined;
  #folders: NameList | undefined;
  #symbols: Symbols | undefined;

  constructor(names: () => Names) {
    this.#names = names;
  }

  /** Best first, at most `limit` of each kind. */
  find(typed: string, kinds: readonly FoundNameKind[], limit: number): FolderNameHit[] {
    const names = this.#names();
    if (names.version !== this.#version) {
      this.#version = names.version;
      this.#files = this.#folders = this.#symbols = undefined;
    }
    return kinds.flatMap((kind) => this.#findKind(names, typed, kind, limit));
  }

  #findKind(names: Names, typed: string, kind: FoundNameKind, limit: number): FolderNameHit[] {
    switch (kind) {
      case 'file':
        this.#files ??= new NameList(pathsOf(names), '/');
        return pathHits(this.#files, kind, typed, limit);
      case 'folder':
        this.#folders ??= new NameList(foldersOf(pathsOf(names)), '/');
        return pathHits(this.#folders, kind, typed, limit);
      case 'symbol':
        this.#symbols ??= symbolsOf(names);
        return symbolHits(this.#symbols, names, typed, limit);
    }
  }
}

function pathsOf(names: Names): string[] {
  return Array.from(names.files(), ({ path }) => path);
}

function foldersOf(paths: readonly string[]): string[] {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let cut = path.lastIndexOf('/'); cut > 0; cut = path.lastIndexOf('/', cut - 1)) {
      const folder = path.slice(0, cut);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  return [...folders];
}

/** A symbol that is cut into several passages is there once, where it begins. */
function symbolsOf(names: Names): Symbols {
  const symbols: string[] = [];
  const places: { path: string; slot: number }[] = [];
  for (const { path } of names.files()) {
    const seen = new Set<string>();
    for (const slot of names.slotsOf(path)) {
      const symbol = names.symbolOf(slot);
      if (symbol === '' || seen.has(symbol)) continue;
      seen.add(symbol);
      symbols.push(symbol);
      places.push({ path, slot });
    }
  }
  return { list: new NameList(symbols, '.'), places };
}

function pathHits(list: NameList, kind: 'file' | 'folder', typed: string, limit: number): FolderNameHit[] {
  return list.find(typed, limit).map(({ at, score }) => {
    return { kind, path: list.names[at] ?? '', symbol: '', symbolKind: '', startLine: 0, endLine: 0, score };
  });
}

function symbolHits({ list, places }: Symbols, names: Names, typed: string, limit: number): FolderNameHit[] {
  return list.find(typed, limit).flatMap(({ at, score }) => {
    const place = places[at];
    if (place === undefined) return [];
    const { path, slot } = place;
    const symbolKind = names.kindOf(slot);
    return { kind: 'symbol' as const, path, symbol: list.names[at] ?? '', symbolKind, ...names.linesOf(slot), score };
  });
}
