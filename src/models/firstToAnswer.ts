import { SextantError, errorMessage, isSextantError } from '../base/errors.ts';
import { listed, t } from '../base/texts.ts';
import type { ModelRef } from './chatModel.ts';
import type { ModelErrorKind } from './modelError.ts';

/** What Sextant asks models for. Passages are embedded by the built-in model too, so that embedding needs no other. */
export type ModelRole = 'chat' | 'edit' | 'completion' | 'rerank' | 'title' | 'summary';

/** Which models the user has set for a role. */
export interface RoleModels {
  /** Who does it where it is not who answers in the chat; null where nobody is set. */
  model(role: 'edit' | 'title' | 'summary'): ModelRef | null;
  /** Who is asked, in this order, where that one does not answer. */
  fallbacks(role: ModelRole): readonly ModelRef[];
}

/** The model of a role, where `first` would be asked otherwise, and then its fallbacks, each once. */
export function modelsFor(role: ModelRole, first: ModelRef, roles: RoleModels): readonly [ModelRef, ...ModelRef[]] {
  const isOwn = role === 'edit' || role === 'title' || role === 'summary';
  const model = (isOwn ? roles.model(role) : null) ?? first;
  const others = roles.fallbacks(role);
  const isNew = (ref: ModelRef, at: number): boolean =>
    [model, ...others.slice(0, at)].every((each) => each.provider !== ref.provider || each.model !== ref.model);
  return [model, ...others.filter(isNew)];
}

/** Of this nobody else knows better: what a provider will not answer, and a prompt that was made for another window. */
const FINAL: ReadonlySet<unknown> = new Set<ModelErrorKind>(['refused', 'too-large']);

/**
 * The answer of the first model that gives one. The next is asked only where the one before has failed before it
 * showed anything; `handOver` is a piece of the answer that says so. Where all fail, the error is the first one's, and
 * says that the others failed too.
 */
export async function* firstToAnswer<T>(
  [first, ...others]: readonly [ModelRef, ...ModelRef[]],
  ask: (ref: ModelRef) => AsyncIterable<T> | Promise<AsyncIterable<T>>,
  signal: AbortSignal,
  handOver?: (from: ModelRef, to: ModelRef, because: string) => T,
): AsyncGenerator<T, void, undefined> {
  let failed: unknown;
  for (const [at, ref] of [first, ...others].entries()) {
    let hasShown = false;
    if (at > 0 && handOver !== undefined) yield handOver(first, ref, errorMessage(failed));
    try {
      for await (const part of await ask(ref)) {
        hasShown = true;
        yield part;
      }
      return;
    } catch (error) {
      if (hasShown || signal.aborted || !isWorthAnother(error)) throw error;
      if (at === 0) failed = error;
    }
  }
  throw others.length === 0 ? failed : nobodyAnswered(failed, others);
}

function isWorthAnother(error: unknown): boolean {
  return isSextantError(error) && error.code === 'model' && !FINAL.has(error.data['kind']);
}

/** The first one’s error, with what was tried besides. */
function nobodyAnswered(error: unknown, others: readonly ModelRef[]): unknown {
  if (!isSextantError(error)) return error;
  const names = listed(others.map(({ model }) => model));
  const message = `${error.message} ${t('What is set to answer instead failed too: {0}.', names)}`;
  return new SextantError(error.code, message, { cause: error, data: error.data });
}
