const reasons = new WeakMap<object, string>();

/**
 * Skips the running test, or from a `before` hook its whole suite, and says why: the reason is printed
 * with the result. A skip without a reason fails the run.
 */
export function skipBecause(context: Mocha.Context, reason: string): never {
  const runnable = context.runnable();
  const isHook = 'type' in runnable && runnable.type === 'hook';
  const skipped = isHook ? (context.currentTest ?? runnable.parent) : runnable;
  if (skipped !== undefined) reasons.set(skipped, reason);
  return context.skip();
}

/** Why a test was skipped, as its own test or a suite around it said. */
export function skipReason(test: Mocha.Test): string | undefined {
  for (let place: Mocha.Test | Mocha.Suite | undefined = test; place !== undefined; place = place.parent) {
    const reason = reasons.get(place);
    if (reason !== undefined) return reason;
  }
  return undefined;
}
