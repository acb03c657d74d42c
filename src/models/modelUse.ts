import { uuidV7 } from '../base/identifiers.ts';
import { type ModelUse, dayOf } from '../protocol/usage.ts';
import type { AnswerFigures, Measurement } from './meterModel.ts';
import { type ModelPrice, costOf } from './modelPrice.ts';

/** What is written down of a measurement, and what is kept with the answer; `price` is null where nobody knows it. */
export function usedBy(
  { ref, purpose, persona, usage, isEstimate, isCached, firstTokenMs, durationMs }: Measurement,
  price: ModelPrice | null,
  workspaceUri: string | null,
): { readonly use: ModelUse; readonly figures: AnswerFigures } {
  const listed = price === null ? null : costOf(price, usage);
  const microusd = usage.costMicrousd ?? listed?.microusd ?? null;
  const { inputTokens = 0, cachedTokens = 0, outputTokens = 0 } = usage;
  const at = Date.now();
  const isBilled = usage.costMicrousd !== undefined;
  const costMicrousd = isCached ? 0 : microusd;
  const streamedMs = durationMs - (firstTokenMs ?? durationMs);
  return {
    use: {
      id: uuidV7(at),
      at,
      day: dayOf(at),
      purpose,
      ...ref,
      workspaceUri,
      persona,
      inputTokens,
      cachedTokens,
      outputTokens,
      isEstimate,
      costMicrousd,
      isBilled,
      savedMicrousd: isCached ? (microusd ?? 0) : (listed?.savedMicrousd ?? 0),
      isCached,
      firstTokenMs: isCached ? null : firstTokenMs,
      durationMs,
    },
    figures: {
      costMicrousd,
      isBilled,
      firstTokenMs,
      tokensPerSecond: streamedMs > 0 && !isCached ? Math.round((outputTokens * 10_000) / streamedMs) / 10 : null,
    },
  };
}
