import { t } from '../../src/base/texts.ts';
import type { ModelAbility } from '../../src/protocol/modelInfo.ts';

/** What an ability is called: in a list of what a model can, and at its field. */
export function abilityName(ability: ModelAbility): string {
  switch (ability) {
    case 'images':
      return t('Pictures');
    case 'pdf':
      return 'PDF';
    case 'tools':
      return t('Tools');
    case 'reasoningEffort':
      return t('Reasoning effort');
    case 'structuredOutput':
      return t('Structured output');
    case 'promptCaching':
      return t('Prompt caching');
    case 'embeddings':
      return t('Embeddings');
    case 'fillInTheMiddle':
      return t('Fill in the middle');
    case 'reranking':
      return t('Reranking');
  }
}
