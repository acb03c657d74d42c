import type { CompletionSnippet } from '../../models/completionModel.ts';
import type { CompletionContext, CompletionInput } from '../completionInput.ts';
import type { Candidate, ContextSource, Omission } from './candidate.ts';
import { type Selection, selectSnippets } from './selectSnippets.ts';

/** What the user allows to be sent along. */
export interface ContextOptions {
  readonly sources: ReadonlySet<ContextSource>;
  readonly budgetTokens: number;
}

/** What one source found for a document, best first. */
export interface Gathering {
  readonly candidates: readonly Candidate[];
  readonly omissions: readonly Omission[];
}

const DOCUMENTS = 20;

/** Holds what was gathered while the cursor rested, so that a request takes what is ready. */
export class GatheredContext implements CompletionContext {
  readonly #options: () => ContextOptions;
  /** By document, the one that was told of last at the end. */
  readonly #documents = new Map<string, Map<ContextSource, Gathering>>();
  #selection: Selection | undefined;

  constructor(options: () => ContextOptions) {
    this.#options = options;
  }

  /** What `ready` has chosen last; undefined before. */
  get lastSelection(): Selection | undefined {
    return this.#selection;
  }

  /** Replaces what a source has found for a document before. */
  put(uri: string, source: ContextSource, gathering: Gathering): void {
    const sources = this.#documents.get(uri) ?? new Map<ContextSource, Gathering>();
    this.#documents.delete(uri);
    this.#documents.set(uri, sources.set(source, gathering));
    for (const oldest of this.#documents.keys()) {
      if (this.#documents.size <= DOCUMENTS) break;
      this.#documents.delete(oldest);
    }
  }

  /** The document was closed. */
  forget(uri: string): void {
    this.#documents.delete(uri);
  }

  /** Nothing of it may be used any more. */
  clear(): void {
    this.#documents.clear();
  }

  /** See {@link CompletionContext}. */
  ready(input: CompletionInput): readonly CompletionSnippet[] {
    const { sources, budgetTokens } = this.#options();
    const gathered = [...(this.#documents.get(input.uri) ?? [])].filter(([source]) => sources.has(source));
    const candidates = gathered.flatMap(([, { candidates: found }]) => found);
    const selection = selectSnippets(candidates, input, budgetTokens);
    const omissions = gathered.flatMap(([, { omissions: left }]) => left);
    const leftOut = [
      ...selection.leftOut,
      ...omissions.map((omission) => ({ ...omission, startLine: null, tokens: 0 })),
    ];
    this.#selection = { ...selection, leftOut };
    return selection.chosen.map(({ source, path, text }) => ({ source, path, text }));
  }
}
