import type { JSX } from 'preact';
import { t } from '../../src/base/texts.ts';
import type { DeepModelState, IndexOverview } from '../../src/protocol/contextIndex.ts';
import type { IndexPageState } from '../../src/protocol/indexPage.ts';
import { Icon } from '../chat/parts/icon.tsx';
import type { Figures } from '../common/figures.ts';

interface DeepModelProps {
  readonly overview: IndexOverview;
  readonly chosen: IndexPageState['embedding'];
  readonly figures: Figures;
}

/** The deep model, which embeds behind the built-in one: what it is at, how far it is, and what it takes. */
export function DeepModel({ overview, chosen, figures }: DeepModelProps): JSX.Element {
  const { deepModel } = overview;
  const chunks = overview.folders.reduce((sum, { status }) => sum + status.chunks, 0);
  const { phase, problem, id, dimensions, memoryBytes, process } = deepModel;
  const isThere = phase !== 'off' && phase !== 'missing';
  return (
    <>
      <div>{deepSentence(deepModel, chunks, figures, chosen?.model)}</div>
      {problem !== null && (
        <div role="alert">
          <Icon name="warning" /> {problem}
        </div>
      )}
      {isThere && (
        <div class="quiet">
          {t('{0}, {1} dimensions, on this machine.', id, figures.count(dimensions))}{' '}
          {t('Its vectors take {0} of memory.', figures.size(memoryBytes))}{' '}
          {process === null
            ? t('Its process has ended, since there is nothing to do.')
            : t(
                'Its process takes {0} of memory and has worked for {1} s of processor time.',
                figures.size(process.memoryBytes),
                figures.count(Math.round(process.processorMs / 1000)),
              )}
        </div>
      )}
    </>
  );
}

/** What the deep model is at, as a sentence. `chunks` are all passages; `chosen` is a model that helps instead of it. */
export function deepSentence(
  { phase, done, wanted }: DeepModelState,
  chunks: number,
  figures: Figures,
  chosen: string | undefined,
): string {
  const progress = t('{0} of {1} passages so far', figures.count(Math.min(done, wanted)), figures.count(wanted));
  switch (phase) {
    case 'off':
      return chosen === undefined
        ? t('Off, as the settings say. The built-in model finds everything alone.')
        : t('Off, while {0} helps the built-in model.', chosen);
    case 'missing':
      return t('This edition of Sextant has none. The built-in model finds everything alone.');
    case 'waiting':
      return t('Waits until everything is indexed: {0}.', progress);
    case 'working':
      return t('Works through the passages, the most relevant first: {0}.', progress);
    case 'battery':
      return t('Rests while this machine runs on its battery: {0}.', progress);
    case 'failed':
      return t('Did not answer and is tried again by itself: {0}.', progress);
    case 'complete':
      return wanted < chunks
        ? t('Knows the {0} most relevant passages; the built-in model finds the others.', figures.count(wanted))
        : t('Knows every passage.');
  }
}
