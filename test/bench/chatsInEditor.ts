import path from 'node:path';
import type { Browser } from 'playwright-core';
import { freshDirectory } from '../harness/project.ts';
import { HistoryView } from '../harness/historyView.ts';
import { storeChats } from '../harness/storedChats.ts';
import { writeSampleProject } from '../harness/sampleProject.ts';
import { installExtension, startServer } from '../harness/vscodeServer.ts';
import { packedExtension } from '../harness/vsix.ts';
import { Workbench, openSession } from '../harness/workbench.ts';
import { type Measurement, measurement, median } from './measurement.ts';

const MESSAGES = 10_000;
const CHATS = 100;
/** So many of the chats are opened, one after the other. */
const SWITCHES = 15;
const LONG = 'The long watch';

/**
 * The same in the real VS Code, with the store on its disk: from the click on a chat in the list of past chats to the
 * picture that shows its last message. All between the two is in it: extension host, store, and VS Code's own pipes.
 */
export async function measureChatsInEditor(browser: Browser): Promise<Measurement[]> {
  const directory = await freshDirectory('bench', 'chats');
  const folder = await writeSampleProject(path.join(directory, 'project'));
  await installExtension(await packedExtension(), directory);
  const server = await startServer({ directory, settings: {} });
  try {
    const chats = Array.from({ length: CHATS }, (_, at) => ({ title: `Chat ${at}`, hoursAgo: 48 + at, followed: 19 }));
    await storeChats(server.globalStorage, [
      { title: LONG, hoursAgo: 1, followed: MESSAGES / 2 - 1 },
      ...chats.toReversed(),
    ]);
    const history = await HistoryView.open(await Workbench.open(await openSession(browser), server.url({ folder })));
    const first = await timeToOpen(history, LONG, MESSAGES);
    const [long, switches]: [number[], number[]] = [[], []];
    for (let at = 0; at < SWITCHES; at++) {
      switches.push(await timeToOpen(history, `Chat ${at}`, 40));
      long.push(await timeToOpen(history, LONG, MESSAGES));
    }
    return [
      measurement(`in VS Code: open a chat of ${MESSAGES} messages, the first time`, first, 'ms', null),
      measurement(`in VS Code: open a chat of ${MESSAGES} messages, to the last one shown`, median(long), 'ms', 200),
      measurement(`in VS Code: open one of ${CHATS} chats after another`, median(switches), 'ms', 100),
    ];
  } finally {
    await server.stop();
  }
}

/** From the click on a chat of so many messages to its last one shown. Milliseconds. */
async function timeToOpen(history: HistoryView, title: string, messages: number): Promise<number> {
  await history.show();
  await history.row(title).first().scrollIntoViewIfNeeded();
  const shown = history.tree.evaluate(
    (tree, wanted) => {
      interface View {
        requestAnimationFrame(callback: () => void): void;
        document: { querySelector(selector: string): { readonly textContent: string } | null };
      }
      const page = globalThis as unknown as View;
      return new Promise<number>((resolve) => {
        const listen = ({ timeStamp: startMs }: { timeStamp: number }): void => {
          const look = (): void => {
            const isShown =
              page.document.querySelector('.header-title')?.textContent === wanted.title &&
              page.document.querySelector(`.message-row > [aria-posinset="${wanted.messages}"]`) !== null;
            if (isShown) resolve(performance.now() - startMs);
            else page.requestAnimationFrame(look);
          };
          page.requestAnimationFrame(look);
        };
        tree.addEventListener('click', listen, { once: true, capture: true });
      });
    },
    { title, messages },
  );
  await history.row(title).first().click();
  return shown;
}
