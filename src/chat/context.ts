import { sha256Hex } from '../base/identifiers.ts';
import { maskSecrets } from '../privacy/maskSecrets.ts';
import type { IndexStatus, SearchHit } from '../protocol/contextIndex.ts';
import type { ContextPassage } from '../protocol/store.ts';

/** Where passages of the workspace come from. */
export interface ContextSource {
  search(query: string, limit: number, signal: AbortSignal): Promise<SearchHit[]>;
  /** Tokens of each text. */
  countTokens(texts: readonly string[], signal: AbortSignal): Promise<number[]>;
  /** The index's state as soon as it is up to date, or as it is after `timeoutMs`. */
  settled(timeoutMs: number, signal: AbortSignal): Promise<IndexStatus>;
}

/** A passage as it may be sent. */
export type FoundPassage = SearchHit & Pick<ContextPassage, 'masked'>;

/** What a search of the workspace gave for one question. */
export interface GatheredContext {
  /** Best first, within the token budget. */
  readonly passages: readonly FoundPassage[];
  readonly index: IndexStatus;
}

const CANDIDATES = 16;
const QUERY_CHARACTERS = 4_000;
const SHORT_QUESTION_WORDS = 5;

/**
 * Finds the passages that bear on the last of `questions`: all that were found, or what `budgetTokens` holds of them,
 * with their secrets masked, for a model.
 */
export async function gatherContext(
  source: ContextSource,
  questions: readonly string[],
  options: { readonly budgetTokens: number | null; readonly waitMs: number },
  signal: AbortSignal,
): Promise<GatheredContext> {
  const index = await source.settled(options.waitMs, signal);
  if (index.phase === 'none' || index.chunks === 0) return { passages: [], index };
  const found = await source.search(searchQuery(questions), CANDIDATES, signal);
  const { budgetTokens } = options;
  if (budgetTokens === null || found.length === 0) return { passages: found, index };
  const candidates = await Promise.all(
    found.map(async (hit): Promise<FoundPassage> => {
      const { text, kinds } = await maskSecrets(hit.text);
      return kinds.length === 0 ? hit : { ...hit, text, masked: kinds };
    }),
  );
  const texts = candidates.map((hit) => hit.text);
  const tokens = await source.countTokens(texts, signal);
  let left = budgetTokens;
  const passages = candidates.filter((_, at) => {
    const cost = tokens[at] ?? 0;
    if (cost > left) return false;
    left -= cost;
    return true;
  });
  return { passages, index };
}

/** A question of few words leans on the one before it: “and where is that tested?” */
function searchQuery(questions: readonly string[]): string {
  const question = questions.at(-1) ?? '';
  const before = questions.at(-2);
  const isShort = question.trim().split(/\s+/u).length <= SHORT_QUESTION_WORDS;
  return (isShort && before !== undefined ? `${question}\n${before}` : question).slice(0, QUERY_CHARACTERS);
}

/** What the store keeps of the passages that were sent. */
export function toContextPassages(hits: readonly FoundPassage[]): Promise<ContextPassage[]> {
  return Promise.all(
    hits.map(async ({ folder, path, startLine, endLine, symbol, language, text, masked }) => ({
      folder,
      path,
      startLine,
      endLine,
      symbol,
      language,
      textHash: await sha256Hex(text),
      ...(masked === undefined ? {} : { masked }),
    })),
  );
}
