import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { figure, plural, t } from '../../../src/base/texts.ts';
import type { Message } from '../../../src/protocol/store.ts';
import { money } from '../../../src/protocol/usageText.ts';

/** What an answer has cost, or its tokens where nobody charges; a click tells the rest. Nothing where nothing is known. */
export function AnswerCost({ message }: { readonly message: Message }): JSX.Element | null {
  const isOpen = useSignal(false);
  const short = shortly(message);
  if (short === null) return null;
  return (
    <>
      <button
        type="button"
        class="answer-cost"
        aria-expanded={isOpen.value}
        title={t('Tokens, time and cost')}
        onClick={() => (isOpen.value = !isOpen.value)}
      >
        {short}
      </button>
      {isOpen.value && <p class="answer-figures">{details(message).join(' · ')}</p>}
    </>
  );
}

function shortly({ figures, inputTokens, outputTokens }: Message): string | null {
  if (typeof figures?.costMicrousd === 'number' && figures.costMicrousd > 0) return costOf(figures);
  if (inputTokens === null && outputTokens === null) return null;
  return plural((inputTokens ?? 0) + (outputTokens ?? 0), '{0} token', '{0} tokens');
}

function details({ figures, inputTokens, outputTokens, cachedTokens = 0 }: Message): string[] {
  const { costMicrousd = null, firstTokenMs = null, tokensPerSecond = null } = figures ?? {};
  return [
    inputTokens === null ? [] : plural(inputTokens, '{0} token in', '{0} tokens in'),
    cachedTokens === 0 ? [] : t('{0} of them cached', figure(cachedTokens)),
    outputTokens === null ? [] : plural(outputTokens, '{0} token out', '{0} tokens out'),
    firstTokenMs === null ? [] : t('began after {0} s', figure(firstTokenMs / 1_000, { maximumSignificantDigits: 2 })),
    tokensPerSecond === null ? [] : t('{0} tokens/s', figure(tokensPerSecond, { maximumFractionDigits: 0 })),
    figures === undefined || costMicrousd === null ? [] : costOf(figures),
  ].flat();
}

/** `≈` before what follows from a list of prices and not from what the provider says. */
function costOf({ costMicrousd, isBilled }: NonNullable<Message['figures']>): string {
  const text = money(costMicrousd ?? 0);
  return isBilled || costMicrousd === 0 ? text : `≈ ${text}`;
}
