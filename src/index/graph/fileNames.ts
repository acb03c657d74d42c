/** The files of a project by their names: paths relative to its root, with `/`. */
export class FileNames {
  readonly #paths: ReadonlySet<string>;
  readonly #byName = new Map<string, string[]>();
  readonly #byFolder = new Map<string, string[]>();

  constructor(paths: Iterable<string>) {
    this.#paths = new Set(paths);
    for (const path of this.#paths) {
      push(this.#byName, path.slice(path.lastIndexOf('/') + 1), path);
      push(this.#byFolder, parentOf(path), path);
    }
  }

  has(path: string): boolean {
    return this.#paths.has(path);
  }

  /** The files in a folder itself. */
  in(folder: string): readonly string[] {
    return this.#byFolder.get(folder) ?? [];
  }

  /** Of the files whose path ends with these parts the one nearest to `from`; undefined where there is none. */
  endingWith(end: string, from: string): string | undefined {
    const candidates = this.#byName.get(end.slice(end.lastIndexOf('/') + 1)) ?? [];
    let best: string | undefined;
    let most = -1;
    for (const path of candidates) {
      if (path !== end && !path.endsWith(`/${end}`)) continue;
      // Of equally near ones the shortest, which is nearest to the top.
      const shared = sharedFolders(path, from) - path.length / 10_000;
      if (path === from || shared <= most) continue;
      most = shared;
      best = path;
    }
    return best;
  }
}

/** The folder of a path; empty at the top. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** Joins a folder with a relative path; `..` beyond the root leads nowhere that is listed. */
export function join(folder: string, relative: string): string {
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of relative.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

function sharedFolders(a: string, b: string): number {
  let shared = 0;
  for (let at = 0; at < a.length && a[at] === b[at]; at++) if (a[at] === '/') shared++;
  return shared;
}

function push(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
