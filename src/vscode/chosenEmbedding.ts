import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import { Emitter } from '../base/emitter.ts';
import { errorMessage } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Caller } from '../base/rpc.ts';
import { t } from '../base/texts.ts';
import { type AskedVector, EmbeddingFeed } from '../index/embedding/embeddingFeed.ts';
import { settings } from '../manifest.ts';
import { type ModelRef, parseModelRef } from '../models/chatModel.ts';
import type { EmbeddingModel } from '../models/embeddingModel.ts';
import type { IndexProcessContract } from '../protocol/indexProcess.ts';
import { readSettings } from './settings.ts';

/** Opens the model that the setting names; throws a model error that says what is missing. */
export type OpenEmbeddingModel = (ref: ModelRef) => Promise<EmbeddingModel>;

/** The embedding model of the setting, which helps the built-in one; none where the setting is empty. */
export class ChosenEmbedding implements Disposable {
  readonly #parts = new DisposableStore();
  readonly #index: Caller<IndexProcessContract> & { readonly isRunning: boolean };
  readonly #open: OpenEmbeddingModel;
  readonly #log: Log;
  readonly #changed = this.#parts.add(new Emitter<null>());
  #feed: EmbeddingFeed | undefined;

  readonly onDidChange = this.#changed.event;

  constructor(
    index: Caller<IndexProcessContract> & { readonly isRunning: boolean },
    open: OpenEmbeddingModel,
    log: Log,
  ) {
    this.#index = index;
    this.#open = open;
    this.#log = log;
    this.#parts.add(
      // The built-in model comes first: what is indexed is found at once, and better a while later.
      index.on('status', ({ phase }) => {
        if (phase === 'ready') this.#feed?.wake();
      }),
    );
    const affecting = [settings.indexEmbeddingModel, settings.endpoints, settings.headers];
    this.#parts.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (affecting.some((setting) => change.affectsConfiguration(setting))) this.#choose();
      }),
    );
    this.#choose();
  }

  /** As the setting says it, and why it does not answer. */
  get state(): { readonly model: string; readonly problem: string | null } | null {
    const model = readSettings.indexEmbeddingModel();
    return model === '' ? null : { model, problem: this.#feed?.problem ?? malformed(model) };
  }

  /** See {@link EmbeddingFeed.vectorOf}. */
  async vectorOf(question: string, signal: AbortSignal): Promise<AskedVector | undefined> {
    return await this.#feed?.vectorOf(question, signal);
  }

  dispose(): void {
    this.#feed?.dispose();
    this.#parts.dispose();
  }

  #choose(): void {
    this.#feed?.dispose();
    const ref = parseModelRef(readSettings.indexEmbeddingModel());
    this.#feed = ref === null ? undefined : new EmbeddingFeed({ index: this.#index, open: () => this.#open(ref) });
    let told: string | undefined;
    this.#feed?.onDidChange(() => {
      const problem = this.#feed?.problem;
      if (problem !== undefined && problem !== told) this.#log.warn(`index: embedding: ${problem}`);
      told = problem;
      this.#changed.fire(null);
    });
    this.#changed.fire(null);
    if (!this.#index.isRunning) return;
    if (this.#feed !== undefined) this.#feed.wake();
    else {
      this.#index.call('useModel', { id: null }).catch((error: unknown) => {
        this.#log.warn(`index: ${errorMessage(error)}`);
      });
    }
  }
}

function malformed(model: string): string | null {
  return parseModelRef(model) === null
    ? t('“{0}” names no model. Write it as provider/model, for example ollama/nomic-embed-text.', model)
    : null;
}
