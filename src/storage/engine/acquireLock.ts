import type { StoreLock } from './platform.ts';

/** Waits for the lock; false when `patienceMs` has passed and somebody else still holds it. */
export async function acquireLock(lock: StoreLock, patienceMs: number): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  // Most holders need less than a millisecond; the growing, uneven pauses keep several waiters apart.
  for (let attempt = 0; !lock.tryAcquire(); attempt++) {
    if (performance.now() > deadline) return false;
    const pauseMs = Math.min(10, attempt) * (0.5 + Math.random());
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return true;
}
