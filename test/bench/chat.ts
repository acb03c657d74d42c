import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, CDPSession, Locator, Page } from 'playwright-core';
import type { Conversation } from '../../src/protocol/store.ts';
import { ChatPage } from '../fixtures/webviewHost/chatPage.ts';
import { conversation, message } from '../fixtures/webviewHost/scriptedHost.ts';
import { launchBrowser } from '../harness/browser.ts';
import { projectRoot } from '../harness/project.ts';
import { measureChatsInEditor } from './chatsInEditor.ts';
import { type Measurement, measurement, median } from './measurement.ts';
import { measureNames } from './names.ts';

const MESSAGES = 10_000;
/** All of them are scrolled through in so many steps. */
const STEPS = Number(process.env['SEXTANT_BENCH_STEPS'] ?? 1_000);
const CHATS = 100;
const TOKENS = Number(process.env['SEXTANT_BENCH_TOKENS'] ?? 50_000);
const TOKENS_PER_SECOND = 500;
/** Tokens that go in one frame of the boundary, as they come when several arrive while one is written. */
const PIECE = 10;
const SAMPLE_MS = 100;

/**
 * The figures of the chat view in a real browser, with a host that answers at once: what the view itself takes; then
 * those of opening chats in VS Code, with all that stands behind the view. Writes `results/chat.json`.
 */
export async function runChatBenchmark(): Promise<void> {
  const browser = await launchBrowser();
  try {
    const figures = [
      ...measureNames(),
      ...(await measureLongChat(browser)),
      ...(await measureSwitching(browser)),
      ...(await measureStream(browser, `${TOKENS} tokens`, TOKENS, pieceAt)),
      ...(await measureGrowing(browser)),
      ...(await measureChatsInEditor(browser)),
    ];
    const file = path.join(projectRoot, 'test/bench/results/chat.json');
    await writeFile(file, `${JSON.stringify(figures, null, 2)}\n`);
    for (const { metric, value, unit, goal } of figures) {
      console.log(`${metric}: ${value} ${unit}${goal === null ? '' : ` (goal ${goal})`}`);
    }
  } finally {
    await browser.close();
  }
}

async function measureLongChat(browser: Browser): Promise<Measurement[]> {
  const view = await ChatPage.create(browser);
  await view.load();
  const chat = chatOf(MESSAGES, 'long');
  const openMs = await timeToShow(view, chat);
  const session = await view.page.context().newCDPSession(view.page);
  const frames = await watchFrames(view.page);
  const list = view.page.getByRole('region', { name: 'Conversation' });
  await list.press('Home');
  await view.page.locator(`[data-message="${chat.messages[0]?.id ?? ''}"]`).waitFor();
  const before = await heapBytes(session);
  let [mostDrawn, blank] = [0, 0];
  for (let step = 1; step <= STEPS; step++) {
    const { drawn, isBlank } = await scrollTo(list, step / STEPS);
    mostDrawn = Math.max(mostDrawn, drawn);
    if (isBlank) blank += 1;
  }
  const after = await heapBytes(session);
  const longest = await frames.longestTaskMs();
  await view.close();
  return [
    measurement(`open a chat of ${MESSAGES} messages, to the last one shown`, openMs, 'ms', 200),
    measurement('what the heap grows by while all of them are scrolled through', (after - before) / 1e6, 'MB', 5),
    measurement('most messages drawn at a time', mostDrawn, 'count', 100),
    measurement(`of ${STEPS} jumps through all of them, those after which a frame was empty`, blank, 'count', 0),
    measurement('longest task meanwhile (0: none above 50 ms)', longest, 'ms', 50),
  ];
}

/** Scrolls to a part of the list; tells what the second frame after it has: how many messages, and whether nothing is in sight. */
async function scrollTo(list: Locator, share: number): Promise<{ drawn: number; isBlank: boolean }> {
  return list.evaluate(async (node, part) => {
    interface Box {
      readonly bottom: number;
      readonly top: number;
    }
    const view = globalThis as unknown as { requestAnimationFrame(callback: () => void): void };
    const scroller = node as unknown as {
      scrollTop: number;
      readonly scrollHeight: number;
      readonly clientHeight: number;
      getBoundingClientRect(): Box;
      querySelectorAll(selector: string): Iterable<{ getBoundingClientRect(): Box }>;
    };
    scroller.scrollTop = (scroller.scrollHeight - scroller.clientHeight) * part;
    for (let frame = 0; frame < 2; frame++) {
      await new Promise<void>((resolve) => {
        view.requestAnimationFrame(resolve);
      });
    }
    const { top, bottom } = scroller.getBoundingClientRect();
    const rows = [...scroller.querySelectorAll('[data-row]')].map((row) => row.getBoundingClientRect());
    return { drawn: rows.length, isBlank: !rows.some((row) => row.bottom > top && row.top < bottom) };
  }, share);
}

async function measureSwitching(browser: Browser): Promise<Measurement[]> {
  const view = await ChatPage.create(browser);
  await view.load();
  const times: number[] = [];
  for (let at = 0; at < CHATS; at++) times.push(await timeToShow(view, chatOf(40, `chat ${at}`)));
  await view.close();
  return [
    measurement(`switch between ${CHATS} chats, median`, median(times), 'ms', 50),
    measurement(`switch between ${CHATS} chats, p95`, percentile(times, 0.95), 'ms', 100),
  ];
}

/** Blocks that grow and grow: what is there of them already must not make them dear. */
async function measureGrowing(browser: Browser): Promise<Measurement[]> {
  const blocks = [
    ['a table of 1,000 rows', 20_000, (at: number) => (at === 0 ? '| a | b | c |\n|:--|--:|:--|\n' : half(at, row))],
    ['a list of 1,000 items', 20_000, (at: number) => half(at, item)],
    ['a code block of 3,000 lines', 30_000, (at: number) => (at === 0 ? '```ts\n' : line(at))],
  ] as const;
  const figures: Measurement[] = [];
  for (const [name, tokens, piece] of blocks) {
    figures.push(...(await measureStream(browser, name, tokens, piece)));
  }
  return figures;
}

const row = (at: number): string => `| src/file${at}.ts | ${at} | it *is* read at the start by \`main${at}\` |\n`;
const item = (at: number): string => `- the **buoy** number ${at} answers with \`what it knows\` of the tide\n`;
const line = (at: number): string => `const value${at} = await read(source, ${at}); // as before\n`;

/** Two pieces for each: the rows and items of 1,000 are 2,000 pieces. */
function half(at: number, write: (at: number) => string): string {
  const text = write(Math.floor(at / 2));
  const middle = Math.floor(text.length / 2);
  return at % 2 === 0 ? text.slice(0, middle) : text.slice(middle);
}

async function measureStream(
  browser: Browser,
  name: string,
  tokens: number,
  piece: (at: number) => string,
): Promise<Measurement[]> {
  const view = await ChatPage.create(browser);
  await view.load();
  await view.send('Write.');
  const session = await view.page.context().newCDPSession(view.page);
  // The processor's time: what else runs on the machine is not in it.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const frames = await watchFrames(view.page);
  const frameMs: number[] = [];
  const cost = { first: 0, second: 0 };
  let last = await sample(session, view.page);
  const startMs = performance.now();
  let sampledMs = startMs;
  for (let sent = 0; sent < tokens; sent += PIECE) {
    view.host.stream(piece(sent / PIECE));
    const waitMs = startMs + ((sent + PIECE) / TOKENS_PER_SECOND) * 1_000 - performance.now();
    if (waitMs > 0) await view.page.waitForTimeout(waitMs);
    if (performance.now() - sampledMs < SAMPLE_MS) continue;
    const now = await sample(session, view.page);
    if (now.frames > last.frames) frameMs.push((now.scriptMs - last.scriptMs) / (now.frames - last.frames));
    cost[sent < tokens / 2 ? 'first' : 'second'] += now.taskMs - last.taskMs;
    last = now;
    sampledMs = performance.now();
  }
  const longest = await frames.longestTaskMs();
  await view.close();
  return [
    measurement(`longest task while ${name} come (0: none above 50 ms)`, longest, 'ms', 50),
    measurement(`script in a frame while ${name} come, p95`, percentile(frameMs, 0.95), 'ms', 8),
    measurement(
      `cost of the second half of ${name}, in percent of the first`,
      (cost.second / cost.first) * 100,
      'percent',
      120,
    ),
  ];
}

/** Prose, code and tables, ten tokens or so a piece. */
function pieceAt(at: number): string {
  const within = at % 60;
  if (within === 20) return '\n\n```ts\n';
  if (within > 20 && within < 35) return `const value${at} = await read(source, ${at});\n`;
  if (within === 35) return '```\n\n';
  if (within === 36) return '| file | lines | why it matters here |\n|:--|--:|:--|\n';
  if (within > 36 && within < 45) return `| src/file${at}.ts | ${at} | it is read at the start |\n`;
  if (within === 45) return '\n';
  return within === 59 ? 'and that is all of it.\n\n' : 'the buoy answers with `what it knows` of the tide, ';
}

function chatOf(length: number, title: string): Conversation {
  const messages = Array.from({ length }, (_, at) =>
    at % 2 === 0
      ? message({ role: 'user', content: `Question ${at} of ${title}?` })
      : message({ role: 'assistant', content: [0, 1, 2, 3, 20, 21, 22, 35].map(pieceAt).join('') }),
  );
  return conversation({ title, messages });
}

/** From the frame that brings a chat to the picture that shows its last message. */
async function timeToShow(view: ChatPage, chat: Conversation): Promise<number> {
  const id = chat.messages.at(-1)?.id ?? '';
  const shown = view.page.evaluate((lastId) => {
    interface View {
      addEventListener(
        type: string,
        listener: (event: { timeStamp: number }) => void,
        options: { capture: boolean; once: boolean },
      ): void;
      requestAnimationFrame(callback: () => void): void;
      document: { querySelector(selector: string): unknown };
    }
    const page = globalThis as unknown as View;
    return new Promise<number>((resolve) => {
      // The view's own listener is older and has done its work when this one hears of it.
      const listen = ({ timeStamp: startMs }: { timeStamp: number }): void => {
        const look = (): void => {
          if (page.document.querySelector(`[data-message="${lastId}"]`) === null) page.requestAnimationFrame(look);
          else resolve(performance.now() - startMs);
        };
        page.requestAnimationFrame(look);
      };
      page.addEventListener('message', listen, { capture: true, once: true });
    });
  }, id);
  view.host.show(chat);
  return shown;
}

/** Counts frames and looks for long tasks from now on. */
async function watchFrames(page: Page): Promise<{ longestTaskMs(): Promise<number> }> {
  await page.evaluate(() => {
    interface Watched {
      frames: number;
      longestTaskMs: number;
      requestAnimationFrame(callback: () => void): void;
    }
    const watched = globalThis as unknown as Watched;
    watched.frames = 0;
    watched.longestTaskMs = 0;
    const count = (): void => {
      watched.frames += 1;
      watched.requestAnimationFrame(count);
    };
    watched.requestAnimationFrame(count);
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) watched.longestTaskMs = Math.max(watched.longestTaskMs, duration);
    }).observe({ entryTypes: ['longtask'] });
  });
  return {
    longestTaskMs: () => page.evaluate(() => (globalThis as unknown as { longestTaskMs: number }).longestTaskMs),
  };
}

async function sample(session: CDPSession, page: Page): Promise<{ scriptMs: number; taskMs: number; frames: number }> {
  const { metrics } = await session.send('Performance.getMetrics');
  const of = (name: string): number => (metrics.find((metric) => metric.name === name)?.value ?? 0) * 1_000;
  const frames = await page.evaluate(() => (globalThis as unknown as { frames: number }).frames);
  return { scriptMs: of('ScriptDuration'), taskMs: of('TaskDuration'), frames };
}

async function heapBytes(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  return (await session.send('Runtime.getHeapUsage')).usedSize;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
