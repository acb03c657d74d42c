import { signatureText } from '../chunks/declarations.ts';
import { readLines } from '../files/readSource.node.ts';
import type { Lines } from '../files/textLines.ts';
import type { Catalogue } from '../search/catalogue.ts';
import { TimeSlice } from '../timeSlice.node.ts';
import { FileGraph, type GraphFile, importsOf, nameOf } from './fileGraph.ts';
import { FileNames } from './fileNames.ts';
import { unpackOutline } from './outline.ts';
import { readProjectFacts } from './projectFacts.node.ts';
import { type RelatedPath, importNeighbours, relatedFiles } from './relatedFiles.ts';
import { type RepositoryMap, makeMap } from './repositoryMap.ts';

/** For so many files making the graph takes a fraction of a second, which a search need not bear. */
const MOST_FILES_RENEWED = 3000;
const RENEW_WHEN_QUIET_MS = 1000;
const RENEW_AFTER_MS = 60_000;

/** What the files of a folder have to do with each other; made of the index when it is asked for, and again when that has changed. */
export class FolderGraph {
  readonly #root: string;
  readonly #catalogue: () => Catalogue;
  #renewing: ReturnType<typeof setTimeout> | undefined;
  #last: { readonly graph: FileGraph; readonly version: number; readonly madeAtMs: number } | undefined;
  #near: { readonly graph: FileGraph; readonly paths: ReadonlySet<string>; readonly found: Set<string> } | undefined;
  #made: { readonly catalogue: Catalogue; readonly version: number; readonly graph: Promise<FileGraph> } | undefined;

  constructor(root: string, catalogue: () => Catalogue) {
    this.#root = root;
    this.#catalogue = catalogue;
  }

  /** The files nearest to one, nearest first; none for one that is not in the index. */
  async related(path: string, limit: number): Promise<RelatedPath[]> {
    return relatedFiles(await this.#graph(), path, limit);
  }

  /**
   * The files that import one of `paths`, or are imported by one, as they were when that was last looked at: nobody
   * waits for it, and it is looked at anew only now and then, in a folder that is not too large for that.
   */
  near(paths: ReadonlySet<string>): ReadonlySet<string> {
    if (paths.size === 0) return new Set();
    this.#renew();
    const graph = this.#last?.graph;
    if (graph === undefined) return new Set();
    if (this.#near?.graph !== graph || this.#near.paths !== paths) {
      this.#near = { graph, paths, found: importNeighbours(graph, paths) };
    }
    return this.#near.found;
  }

  #renew(): void {
    const { version, fileCount } = this.#catalogue();
    const isRecent = this.#last?.version === version || Date.now() - (this.#last?.madeAtMs ?? 0) < RENEW_AFTER_MS;
    if (isRecent || this.#renewing !== undefined || fileCount === 0 || fileCount > MOST_FILES_RENEWED) return;
    this.#renewing = setTimeout(() => {
      // Whoever asks for the graph itself hears of what is wrong; a search does without.
      void this.#graph()
        .catch(() => undefined)
        .finally(() => (this.#renewing = undefined));
    }, RENEW_WHEN_QUIET_MS);
    this.#renewing.unref();
  }

  /** What matters most of the folder, in at most so many tokens. */
  async map(tokens: number, countTokens: (text: string) => Promise<number>): Promise<RepositoryMap> {
    const read = new Map<string, Promise<Lines | undefined>>();
    const linesOf = (path: string): Promise<Lines | undefined> => {
      let lines = read.get(path);
      if (lines === undefined) read.set(path, (lines = readLines(this.#root, path)));
      return lines;
    };
    return await makeMap(await this.#graph(), tokens, {
      countTokens,
      signature: async (path, entry) => {
        const lines = await linesOf(path);
        const text = lines === undefined ? '' : signatureText(lines, entry);
        // The file may have changed a moment ago: then it is about to be indexed again.
        return text.includes(nameOf(entry)) ? text : undefined;
      },
    });
  }

  /** What the files of the index import, of these and of those in the index. */
  imported(others: Iterable<string>): Set<string> {
    const files = this.#files();
    const names = new FileNames([...files.map(({ path }) => path), ...others]);
    const facts = readProjectFacts(
      this.#root,
      files.map(({ path }) => path),
    );
    const imported = new Set<string>();
    for (const file of files) for (const path of importsOf(file, names, facts)) imported.add(path);
    return imported;
  }

  #graph(): Promise<FileGraph> {
    const catalogue = this.#catalogue();
    const { version } = catalogue;
    if (this.#made?.catalogue === catalogue && this.#made.version === version) return this.#made.graph;
    const files = this.#files();
    const facts = readProjectFacts(
      this.#root,
      files.map(({ path }) => path),
    );
    const slice = new TimeSlice();
    const graph = FileGraph.create(files, facts, () => (slice.isOver ? slice.breathe() : undefined));
    this.#made = { catalogue, version, graph };
    void graph.then(
      (made) => (this.#last = { graph: made, version, madeAtMs: Date.now() }),
      () => undefined,
    );
    return graph;
  }

  #files(): GraphFile[] {
    return [...this.#catalogue().outlines()]
      .map(({ file: { path, language }, outline }) => ({ path, language, outline: unpackOutline(outline) }))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
  }
}
