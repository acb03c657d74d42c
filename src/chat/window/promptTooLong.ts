import type { SextantError } from '../../base/errors.ts';
import { errorMessage, isSextantError } from '../../base/errors.ts';
import { figure, t } from '../../base/texts.ts';
import type { ModelRef } from '../../models/chatModel.ts';
import { type ModelErrorAction, modelError } from '../../models/modelError.ts';
import type { SentContext } from '../../protocol/sentContext.ts';
import type { TurnHistory } from '../attach/readConversation.ts';
import { type PromptTooLong, longestBeginning } from './fitPrompt.ts';

/** What a question brings along that may be too much. */
export interface QuestionToFit {
  readonly model: ModelRef;
  readonly sent: readonly SentContext[];
  readonly history: TurnHistory;
}

/** The model error for a prompt that does not fit, with what can be done about it. */
export function tooLongError(
  { tokens, parts, cause }: PromptTooLong,
  room: number,
  question: QuestionToFit,
): SextantError {
  const { model } = question.model;
  const actions = waysOut({ ...question, history: parts.history });
  const [needed, available] = [figure(tokens), figure(room)];
  if (cause !== undefined) {
    const causes = isSextantError(cause) && Array.isArray(cause.data['actions']) ? cause.data['actions'] : [];
    const other = causes.filter((each): each is ModelErrorAction => each === 'set-key' || each === 'edit-endpoint');
    return tooLarge(
      [...other, ...actions],
      t(
        'This chat is too long for “{0}” by now, and its beginning could not be summarised, so nothing was sent. Nothing is lost. {1}',
        model,
        errorMessage(cause),
      ),
    );
  }
  if (longestBeginning(parts.history) !== null) {
    return tooLarge(
      actions,
      t(
        'This chat is too long for “{0}” by now: it would take about {1} tokens, and there is room for {2}. Have its beginning summarised, or choose a model with a larger window.',
        model,
        needed,
        available,
      ),
    );
  }
  const largest = largestAttached(question.sent);
  return largest === null
    ? tooLarge(
        actions,
        t(
          'This question is too long for “{0}”: it would take about {1} tokens, and there is room for {2}. Shorten it, or choose a model with a larger window.',
          model,
          needed,
          available,
        ),
      )
    : tooLarge(
        actions,
        t(
          'What goes along with this question is too much for “{0}”: it would take about {1} tokens, and there is room for {2}. The largest is {3}, with about {4}. Leave it out, send a part of it, or choose a model with a larger window.',
          model,
          needed,
          available,
          largest.label,
          figure(largest.tokens),
        ),
      );
}

/** What can be done about a prompt that a model does not take. */
export function waysOut({ sent, history }: QuestionToFit): readonly ModelErrorAction[] {
  const largest = largestAttached(sent);
  return [
    ...(longestBeginning(history) !== null ? (['compact'] as const) : []),
    ...(largest === null ? [] : (['leave-out'] as const)),
    ...(largest?.mimeType.startsWith('text/') === true ? (['send-part'] as const) : []),
    'pick-model',
  ];
}

/** What is largest of what the user has attached; null where nothing is. */
export function largestAttached(sent: readonly SentContext[]): SentContext | null {
  const attached = sent.filter(({ source }) => source !== 'rule' && source !== 'prompt');
  return attached.toSorted((one, other) => other.tokens - one.tokens)[0] ?? null;
}

function tooLarge(actions: readonly ModelErrorAction[], message: string): SextantError {
  return modelError({ kind: 'too-large', actions: [...new Set(actions)] }, message);
}
