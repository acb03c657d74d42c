import type { JSX } from 'preact';
import { t } from '../../src/base/texts.ts';
import type { IndexOverview } from '../../src/protocol/contextIndex.ts';
import type { IndexPageState } from '../../src/protocol/indexPage.ts';
import { Icon } from '../chat/parts/icon.tsx';
import type { Figures } from '../common/figures.ts';

interface ChosenModelProps {
  readonly embedding: NonNullable<IndexPageState['embedding']>;
  readonly overview: IndexOverview;
  readonly figures: Figures;
}

/** The embedding model that helps the built-in one: how far it is, and why it does not answer. */
export function ChosenModel({ embedding, overview, figures }: ChosenModelProps): JSX.Element {
  const { done, dimensions } = overview.chosenModel ?? { done: 0, dimensions: 0 };
  const total = overview.folders.reduce((sum, { status }) => sum + status.chunks, 0);
  const model =
    dimensions === 0 ? embedding.model : t('{0}, {1} dimensions', embedding.model, figures.count(dimensions));
  const progress =
    done >= total
      ? t('for every passage.')
      : t(
          'for {0} of {1} passages by now; the built-in model finds the others.',
          figures.count(done),
          figures.count(total),
        );
  return (
    <>
      <div>{t('With {0}, {1}', model, progress)}</div>
      {embedding.problem !== null && (
        <div role="alert">
          <Icon name="warning" />{' '}
          {t(
            'It does not answer, so search goes on without it and Sextant tries again by itself: {0}',
            embedding.problem,
          )}
        </div>
      )}
    </>
  );
}
