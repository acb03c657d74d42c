import type { ModelRef } from '../../models/chatModel.ts';
import type { ContextChip, RuleChoice } from '../../protocol/chatContext.ts';
import type { WindowPartKind, WindowReport } from '../../protocol/chatWindow.ts';
import type { Message } from '../../protocol/store.ts';
import { turnHistory } from '../attach/readConversation.ts';
import { offlineModel } from '../offlineModel.ts';
import { type PromptManner, instructions } from '../prompt.ts';
import type { ContextWindow } from './contextWindow.ts';
import { longestBeginning } from './fitPrompt.ts';

/** What the next prompt will be made of, but for the question. */
export interface PromptToCome {
  readonly model: ModelRef;
  /** The end of the shown branch, as far as it may go along. */
  readonly messages: readonly Message[];
  readonly chips: readonly ContextChip[];
  readonly rules: readonly RuleChoice[];
  readonly isGrounded: boolean;
  readonly manner?: PromptManner;
  readonly isCompacting: boolean;
}

/** How full a model's window will be. Null for the Offline model, which is sent nothing. */
export async function windowReport(
  prompt: PromptToCome,
  window: ContextWindow,
  signal: AbortSignal,
): Promise<WindowReport | null> {
  const { model, messages, chips, rules, isGrounded, manner, isCompacting } = prompt;
  if (model.provider === offlineModel.provider) return null;
  await window.measures.load();
  const size = window.sizeOf(model);
  const history = turnHistory(messages);
  const said = [history.summary ?? '', ...history.messages.map(({ text }) => text)];
  const [system = 0, ...texts] = await window.count(model, [instructions(isGrounded, manner), ...said], signal);
  const before = new Map(history.messages.flatMap(({ sent = [] }) => sent.map((item) => [item.sha256, item] as const)));
  const tokens: Readonly<Record<WindowPartKind, number>> = {
    instructions: system,
    rules: sum(rules.flatMap(({ applies, tokens }) => (applies ? [tokens] : []))),
    history: sum(texts),
    attachedBefore: Math.min(
      sum([...before.values()].flatMap(({ source, tokens }) => (source === 'rule' ? [] : [tokens]))),
      window.budgets(model).earlierTokens,
    ),
    attached: sum(chips.flatMap(({ state, tokens }) => (state === 'ready' && tokens !== null ? [tokens] : []))),
  };
  const last = messages.findLast(({ inputTokens }) => inputTokens !== null);
  return {
    model,
    window: size.window,
    isAssumed: size.isAssumed,
    isExact: window.isExact(model),
    parts: Object.entries(tokens).map(([kind, count]) => ({ kind: kind as WindowPartKind, tokens: count })),
    passages: isGrounded ? window.budgets(model).passageTokens : 0,
    reserve: size.reserve,
    compactAt: size.compactAt,
    last: last === undefined ? null : { tokens: last.inputTokens ?? 0, cached: last.cachedTokens ?? null },
    canCompact: longestBeginning(history) !== null,
    isCompacting,
  };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((all, each) => all + each, 0);
}
