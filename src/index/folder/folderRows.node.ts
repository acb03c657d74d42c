import { randomUUID } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { isSextantError } from '../../base/errors.ts';
import { unpackNumbers } from '../chunks/packChunks.ts';
import type { ParsedSource } from '../parseContract.ts';
import type { Engine } from '../../storage/engine/engine.ts';
import { nodePlatform } from '../../storage/engine/nodePlatform.node.ts';
import { openEngine } from '../../storage/engine/openEngine.ts';
import {
  type IndexChanges,
  type IndexOrigin,
  IndexRepository,
  type IndexState,
  type StoredFile,
} from '../../storage/indexRepository.ts';
import { type IndexSchema, indexMigrations } from '../../storage/indexSchema.ts';

/** A file as the rows have it, with what is in it. */
export interface RestorableFile extends ParsedSource {
  readonly file: StoredFile;
  /** The number of each chunk. */
  readonly slots: readonly number[];
}

/**
 * The rows of a folder's index: they are the truth that all else is made of. The owner writes them; another window
 * may read them meanwhile.
 */
export class FolderRows {
  readonly #engine: Engine<IndexSchema>;
  readonly #repository: IndexRepository;
  readonly #origin: IndexOrigin;
  #state: IndexState;

  private constructor(engine: Engine<IndexSchema>, origin: IndexOrigin, state: IndexState) {
    this.#engine = engine;
    this.#repository = new IndexRepository(engine, Date.now);
    this.#origin = origin;
    this.#state = state;
  }

  /** Opens the rows in `directory` for their owner; what cannot be read, or was made otherwise, is begun anew. */
  static async own(directory: string, assetDirectory: string, origin: IndexOrigin): Promise<FolderRows> {
    let engine: Engine<IndexSchema>;
    try {
      engine = await open(directory, assetDirectory);
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      rmSync(directory, { recursive: true, force: true });
      engine = await open(directory, assetDirectory);
    }
    const repository = new IndexRepository(engine, Date.now);
    let state = await repository.state(origin);
    if (state === undefined) await repository.reset(origin, (state = newState()));
    return new FolderRows(engine, origin, state);
  }

  /** Opens rows that another process owns, to be read; undefined where there are none that could be. */
  static async follow(directory: string, assetDirectory: string, origin: IndexOrigin): Promise<FolderRows | undefined> {
    if (!existsSync(directory)) return undefined;
    let engine: Engine<IndexSchema>;
    try {
      engine = await open(directory, assetDirectory);
    } catch (error) {
      if (isUnreadable(error)) return undefined;
      throw error;
    }
    const state = await new IndexRepository(engine, Date.now).state(origin);
    if (state !== undefined) return new FolderRows(engine, origin, state);
    await engine.close();
    return undefined;
  }

  /** Looks where the owner is by now. False when the rows are not ours to read any more. */
  async refresh(): Promise<boolean> {
    const state = await this.#repository.state(this.#origin);
    this.#state = state ?? this.#state;
    return state !== undefined;
  }

  get state(): IndexState {
    return this.#state;
  }

  /** Makes the changes as the next revision, which it returns. */
  async save(changes: IndexChanges): Promise<number> {
    const revision = this.#state.revision + 1;
    await this.#repository.save(revision, changes);
    this.#state = { ...this.#state, revision };
    return revision;
  }

  /** See {@link IndexRepository.touch}. */
  async touch(files: readonly { id: number; modifiedUs: number }[]): Promise<void> {
    await this.#repository.touch(files);
  }

  /** All files for which `wants` says so, by path. */
  async read(wants: (file: StoredFile) => boolean): Promise<Map<string, RestorableFile>> {
    const byId = new Map<number, StoredFile>();
    for await (const files of this.#repository.files()) {
      for (const file of files) if (wants(file)) byId.set(file.id, file);
    }
    const byPath = new Map<string, RestorableFile>();
    if (byId.size === 0) return byPath;
    for await (const all of this.#repository.passages()) {
      for (const { id, chunks, slots, outline } of all) {
        const file = byId.get(id);
        if (file !== undefined) byPath.set(file.path, { file, chunks, outline, slots: unpackNumbers(slots) });
      }
    }
    return byPath;
  }

  /** Forgets all files. */
  async reset(): Promise<void> {
    const state = newState();
    await this.#repository.reset(this.#origin, state);
    this.#state = state;
  }

  close(): Promise<void> {
    return this.#engine.close();
  }
}

function open(directory: string, assetDirectory: string): Promise<Engine<IndexSchema>> {
  return openEngine<IndexSchema>({
    platform: nodePlatform({ directory, assetDirectory }),
    migrations: indexMigrations,
    sync: 'eachSecond',
  });
}

function isUnreadable(error: unknown): boolean {
  return isSextantError(error) && (error.code === 'damaged' || error.code === 'outdated');
}

function newState(): IndexState {
  return { indexId: randomUUID(), revision: 0 };
}
