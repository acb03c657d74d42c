import { Session } from 'node:inspector/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** What this thread did in a time. By its own processor time, where nothing is said of a clock. */
export interface LoopFigures {
  readonly busyMs: number;
  readonly longestMs: number;
  readonly p99DelayByClockMs: number;
  readonly longestDelayByClockMs: number;
}

/** Watches the event loop of the thread that it is called on. Call what it returns for the figures. */
export function watchLoop(): () => LoopFigures {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  const cpuMs = (): number => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  };
  const firstMs = cpuMs();
  let lastMs = firstMs;
  let longestMs = 0;
  const timer = setInterval(() => {
    const nowMs = cpuMs();
    longestMs = Math.max(longestMs, nowMs - lastMs);
    lastMs = nowMs;
  }, 1);
  return () => {
    clearInterval(timer);
    delays.disable();
    return {
      busyMs: cpuMs() - firstMs,
      longestMs,
      p99DelayByClockMs: delays.percentile(99) / 1e6,
      longestDelayByClockMs: delays.max / 1e6,
    };
  };
}

const SAMPLE_EVERY_US = 200;
/** Where samples are further apart another process had the processor: none is taken of a thread that does not run. */
const LONGEST_SAMPLE_US = 600;

/**
 * Samples what runs on the thread that it is called on. What it returns ends that, and gives how long each stretch was,
 * in milliseconds, in which a function of a file that fits was on the stack.
 */
export async function watchFunctions(isMeant: (file: string) => boolean): Promise<() => Promise<number[]>> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_US });
  await session.post('Profiler.start');
  return async () => {
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    const meant = new Set<number>();
    const neutral = new Set<number>();
    const parents = new Map<number, number>();
    for (const { id, children = [] } of profile.nodes) for (const child of children) parents.set(child, id);
    // Parents stand before their children.
    for (const { id, callFrame } of profile.nodes) {
      if (callFrame.functionName === '(garbage collector)') neutral.add(id);
      if (isMeant(callFrame.url) || meant.has(parents.get(id) ?? -1)) meant.add(id);
    }
    const stretches: number[] = [];
    let currentMs = 0;
    profile.samples?.forEach((id, at) => {
      // What is collected while ours runs keeps everybody waiting as well.
      const isOurs = meant.has(id) || (currentMs > 0 && neutral.has(id));
      if (isOurs) currentMs += Math.min(LONGEST_SAMPLE_US, profile.timeDeltas?.[at + 1] ?? 0) / 1000;
      else if (currentMs > 0) {
        stretches.push(currentMs);
        currentMs = 0;
      }
    });
    if (currentMs > 0) stretches.push(currentMs);
    return stretches;
  };
}
