import { chatCompletion, completionOrigin } from './chatCompletion.ts';
import type { ModelRef } from './chatModel.ts';
import type { CompletionModel, CompletionRequest, ReportUsage } from './completionModel.ts';
import { type CompletionForm, completionForm } from './completionWire.ts';
import { createChatModel } from './createChatModel.ts';
import type { Endpoint } from './endpoint.ts';
import { infillCompletion } from './infillCompletion.ts';
import { ollamaCompletion } from './ollama.ts';
import { openAiCompletion } from './openAiCompletion.ts';
import { type Attempt, type Robustness, defaultRobustness, robustStream } from './robustStream.ts';
import { untilStop } from './untilStop.ts';

/** A completion that comes late is of no use, so nothing is asked for twice. */
const completionRobustness: Robustness = {
  ...defaultRobustness,
  timeouts: { connectMs: 60_000, firstTokenMs: 30_000, stallMs: 15_000 },
  retries: 0,
};

export interface CompletionOptions {
  /** See {@link completionForm}. */
  readonly template?: string;
  readonly robustness?: Robustness;
}

/**
 * A model that fills the gap at a cursor, whichever way its endpoint has for it. It holds the endpoint's key: make
 * one for each request.
 */
export function createCompletionModel(
  endpoint: Endpoint,
  ref: ModelRef,
  { template, robustness = completionRobustness }: CompletionOptions = {},
): CompletionModel {
  const form = completionForm(endpoint, ref, template);
  if (form.type === 'chat') return chatCompletion(createChatModel(endpoint, ref, robustness));
  return {
    ref,
    complete: (request, signal, report) =>
      robustStream(endpoint, { ...completionOrigin(request), model: ref.model }, robustness, signal, (attempt) =>
        answer(form, endpoint, ref.model, request, { attempt, report }),
      ),
  };
}

function answer(
  form: Exclude<CompletionForm, { type: 'chat' }>,
  endpoint: Endpoint,
  model: string,
  request: CompletionRequest,
  { attempt, report }: { readonly attempt: Attempt; readonly report: ReportUsage | undefined },
): AsyncIterable<string> {
  if (form.type === 'infill') return infillCompletion(endpoint, model, request, attempt);
  const gap = form.gap(request);
  const pieces =
    form.wire === 'ollama'
      ? ollamaCompletion(endpoint, model, gap, attempt, report)
      : openAiCompletion(endpoint, model, gap, attempt, { dialect: form.wire, report });
  return untilStop(pieces, gap.stop);
}
