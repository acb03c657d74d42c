import type { JSX } from 'preact';
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
  const size = dimensions === 0 ? '' : `, ${figures.count(dimensions)} dimensions`;
  const progress =
    done >= total
      ? 'for every passage.'
      : `for ${figures.count(done)} of ${figures.count(total)} passages by now; the built-in model finds the others.`;
  return (
    <>
      <div>
        With {embedding.model}
        {size}, {progress}
      </div>
      {embedding.problem !== null && (
        <div role="alert">
          <Icon name="warning" /> It does not answer, so search goes on without it and Sextant tries again by itself:{' '}
          {embedding.problem}
        </div>
      )}
    </>
  );
}
