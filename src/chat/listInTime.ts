import { t } from '../base/texts.ts';
import { modelError } from '../models/modelError.ts';
import type { ModelInfo } from '../protocol/modelInfo.ts';
import type { ModelSource } from './modelDirectory.ts';

const LIST_TIMEOUT_MS = 10_000;
/** What a source that heeds its signal has left to say why it gave up. */
const GRACE_MS = 500;

/** Asks a source for its models. One that does not heed its signal must not keep the others waiting: a model error. */
export async function listInTime({
  list,
  displayName,
}: Pick<ModelSource, 'list' | 'displayName'>): Promise<ModelInfo[]> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(
        modelError(
          { kind: 'network', actions: ['retry', 'pick-model'] },
          t('{0} did not answer in time.', displayName),
        ),
      );
    }, LIST_TIMEOUT_MS + GRACE_MS);
  });
  try {
    return await Promise.race([list(AbortSignal.timeout(LIST_TIMEOUT_MS)), timeout]);
  } finally {
    clearTimeout(timer);
  }
}
