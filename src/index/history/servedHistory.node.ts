import type { Disposable } from '../../base/disposable.ts';
import { SextantError } from '../../base/errors.ts';
import type { Handlers } from '../../base/rpc.ts';
import { t } from '../../base/texts.ts';
import { Turns } from '../../base/turns.ts';
import type { HistoryIndexContract, HistoryIndexState } from '../../protocol/historyIndex.ts';
import { openStoreKey } from '../../storage/seal/storeKey.node.ts';
import { DeepHits, type DeepReader } from './deepHits.ts';
import { HistoryIndex, type HistoryTools } from './historyIndex.node.ts';

/** What it needs of its process. */
export interface ServedHistoryTools extends HistoryTools {
  readonly deep: DeepReader;
}

/** The history index of a process, once somebody has said where it lies. */
export class ServedHistory implements Disposable {
  readonly #tools: () => ServedHistoryTools;
  readonly #onChange: (state: HistoryIndexState) => void;
  readonly #openings = new Turns();
  #index: HistoryIndex | undefined;
  #deep: DeepHits | undefined;
  /** Folder and key. */
  #place: string | undefined;

  constructor(tools: () => ServedHistoryTools, onChange: (state: HistoryIndexState) => void) {
    this.#tools = tools;
    this.#onChange = onChange;
  }

  readonly handlers: Handlers<HistoryIndexContract> = {
    'history.open': (place) => this.#openings.run(() => this.#open(place)),
    'history.state': () => this.#opened().state,
    'history.apply': (changes) => {
      if (changes.removed.length > 0) this.#deep?.forget();
      return this.#opened().apply(changes);
    },
    'history.search': async (request, signal) => {
      const found = await this.#opened().search(request, signal);
      return { ...found, canDeepen: this.#hits.canReorder(request.query, found.matches) };
    },
    'history.deepen': (found, signal) => this.#hits.reorder(found, signal),
    'history.reset': () => this.#opened().reset(),
  };

  /** Saves. */
  async close(): Promise<void> {
    await this.#openings.run(async () => {
      await this.#index?.close();
      this.#index = undefined;
    });
  }

  dispose(): void {
    this.#index?.dispose();
  }

  async #open({ directory, secret }: Parameters<HistoryIndexContract['requests']['history.open']>[0]): Promise<void> {
    const key = secret === null ? null : openStoreKey(secret);
    const place = `${key?.id ?? ''} ${directory}`;
    if (place === this.#place) return;
    await this.#index?.close();
    this.#deep?.forget();
    this.#place = place;
    this.#index = new HistoryIndex(directory, key, this.#tools());
    this.#index.onDidChange((state) => {
      // What another window's process publishes does not say what is gone.
      if (!state.isOwner) this.#deep?.forget();
      this.#onChange(state);
    });
    await this.#index.open();
  }

  get #hits(): DeepHits {
    if (this.#deep === undefined) {
      const { deep, log } = this.#tools();
      this.#deep = new DeepHits(deep, log);
    }
    return this.#deep;
  }

  #opened(): HistoryIndex {
    if (this.#index === undefined) {
      throw new SextantError('closed', t('The search index of the history is not open.'));
    }
    return this.#index;
  }
}
