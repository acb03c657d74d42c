import assert from 'node:assert/strict';
import type { Browser, Locator } from 'playwright-core';
import { ChatPage } from '../../fixtures/webviewHost/chatPage.ts';
import { conversation, message } from '../../fixtures/webviewHost/scriptedHost.ts';
import { launchBrowser } from '../../harness/browser.ts';

const TURNS = 1_500;
/** More than what is in sight and around it never is. */
const MOST_DRAWN = 80;

/** Answers of very different lengths, so that nothing is as high as it is thought to be. */
const answerOf = (turn: number): string =>
  `Answer ${turn}.\n\n${'The tide comes and goes. '.repeat((turn * 37) % 90)}${turn % 5 === 0 ? '\n\n```ts\nconst tide = 1;\n```\n' : ''}`;

describe('The chat view in a browser: a chat of thousands of messages', () => {
  let browser: Browser;
  let view: ChatPage;

  before(async () => {
    browser = await launchBrowser();
    view = await ChatPage.create(browser);
    const messages = Array.from({ length: TURNS }, (_, at) => [
      message({ role: 'user', content: `Question ${at + 1}?` }),
      message({ role: 'assistant', content: at === 6 ? 'Only here a foghorn sounds.' : answerOf(at + 1) }),
    ]).flat();
    view.host.snapshot = { ...view.host.snapshot, conversation: conversation({ messages }) };
    await view.load();
  });
  after(async () => {
    await view.close();
    await browser.close();
    assert.deepEqual(view.troubles, []);
  });

  const list = (): Locator => view.page.getByRole('region', { name: 'Conversation' });
  const article = (number: number): Locator => view.page.locator(`article[aria-posinset="${number}"]`);
  const question = (number: number): Locator => view.page.getByText(`Question ${number}?`, { exact: true });
  const drawn = (): Promise<number> => view.page.locator('[data-row]').count();
  /** Waits until this element is in sight, as a whole or in part. */
  const inSight = (element: Locator): Promise<void> =>
    view.until(async () => {
      const [box, frame] = [await element.boundingBox(), await list().boundingBox()];
      return box !== null && frame !== null && box.y < frame.y + frame.height && box.y + box.height > frame.y;
    });
  /** The numbers of the messages in sight, where each is, and whether it is there or still to come. */
  const seen = () =>
    view.page.evaluate(() => {
      interface Box {
        readonly className: string;
        getAttribute(name: string): string | null;
        getBoundingClientRect(): { top: number; bottom: number };
      }
      const { document } = globalThis as unknown as {
        document: { querySelector(s: string): Box; querySelectorAll(s: string): Iterable<Box> };
      };
      const { top, bottom } = document.querySelector('.scroller').getBoundingClientRect();
      return [...document.querySelectorAll('[data-row] > article')]
        .map((each) => ({
          number: Number(each.getAttribute('aria-posinset')),
          isThere: each.className !== 'message-to-come',
          top: each.getBoundingClientRect().top,
          bottom: each.getBoundingClientRect().bottom,
        }))
        .filter((each) => each.bottom > top && each.top < bottom);
    });

  it('opens at its end, with what is near alone', async () => {
    await inSight(article(TURNS * 2));
    assert.ok((await drawn()) < MOST_DRAWN, `${await drawn()} are drawn`);
    assert.equal(await article(TURNS * 2).getAttribute('aria-setsize'), `${TURNS * 2}`);
    assert.equal(await view.page.getByRole('feed').count(), 1);
  });

  it('goes to its beginning and its end by a key', async () => {
    await list().focus();
    await list().press('Home');
    await inSight(question(1));
    assert.equal(await list().evaluate((node) => node.scrollTop), 0);
    assert.ok((await drawn()) < MOST_DRAWN, `${await drawn()} are drawn`);
    await list().press('PageDown');
    // The browser slides there, and back to there if it is disturbed on its way.
    await view.until(() => list().evaluate((node) => node.scrollTop > node.clientHeight * 0.8));
    await inSight(article(4));
    await list().press('End');
    await inSight(article(TURNS * 2));
    assert.equal(await view.button('Jump to the latest').count(), 0);
  });

  it('leaves what is read where it is while the heights of what comes into sight become known', async () => {
    await list().press('End');
    await list().hover();
    for (let step = 0; step < 30; step++) {
      const before = await seen();
      const top = before[0]?.top ?? 0;
      const far = step % 10 === 9 ? 3_000 : 240;
      await view.page.mouse.wheel(0, -far);
      await view.until(async () => {
        const now = await seen();
        return now[0] !== undefined && (now[0].number !== before[0]?.number || now[0].top !== top);
      });
      await view.until(async () => (await seen()).every(({ isThere }) => isThere));
      const after = await seen();
      const [frame] = [await list().boundingBox()];
      assert.ok(frame !== null && after.length > 0);
      // There is no hole: each begins right after the one before it.
      for (const [at, { top: begins }] of after.entries()) {
        const ends = after[at - 1]?.bottom ?? begins;
        assert.ok(begins - ends < 40, `${begins - ends} pixels of nothing`);
      }
      const stays = before.find(({ number }) => after.some((each) => each.number === number));
      const same = after.find(({ number }) => number === stays?.number);
      if (far === 240 && stays !== undefined && same !== undefined) {
        assert.ok(Math.abs(same.top - stays.top - far) < 3, `moved by ${same.top - stays.top}, not by ${far}`);
      }
      assert.ok((await drawn()) < MOST_DRAWN, `${await drawn()} are drawn`);
    }
  });

  it('shows what the bar is dragged to, and lets go of what is far', async () => {
    for (const share of [0.5, 0.1, 0.9, 0.3]) {
      await list().evaluate((node, part) => {
        node.scrollTop = node.scrollHeight * part;
      }, share);
      await view.until(async () => {
        const now = await seen();
        return now.length > 0 && now.every(({ isThere }) => isThere);
      });
      const number = (await seen())[0]?.number ?? 0;
      assert.ok(Math.abs(number / (TURNS * 2) - share) < 0.1, `message ${number} at ${share}`);
      assert.ok((await drawn()) < MOST_DRAWN, `${await drawn()} are drawn`);
    }
  });

  it('finds a word in what was never read, and marks it where it is', async () => {
    await view.input.press('ControlOrMeta+f');
    const box = view.page.getByRole('textbox', { name: 'Find in this chat' });
    await box.fill('FOGHORN');
    await view.page.locator('.find-count', { hasText: '1 of 1' }).waitFor();
    await inSight(view.page.getByText('Only here a foghorn sounds.'));
    await view.page.locator('.answer.found').waitFor();
    await view.until(() =>
      view.page.evaluate(() => {
        const { CSS: css } = globalThis as unknown as { CSS: { highlights: Map<string, { size: number }> } };
        return css.highlights.get('chat-find')?.size === 1;
      }),
    );
    await box.press('Escape');
  });

  it('jumps between questions, from the first to the last', async () => {
    await list().focus();
    await list().press('Alt+Home');
    await inSight(question(1));
    await list().press('Alt+ArrowDown');
    await list().press('Alt+ArrowDown');
    await inSight(question(3));
    await list().press('Alt+End');
    await inSight(question(TURNS));
  });

  it('keeps a question that is being edited, wherever the reader goes meanwhile', async () => {
    await list().press('Home');
    await inSight(question(1));
    await article(1).hover();
    await article(1).getByRole('button', { name: 'Edit this question' }).click();
    const editor = view.page.getByRole('textbox', { name: 'The question in other words' });
    await editor.fill('A thought that is not finished');
    await list().evaluate((node) => {
      node.scrollTop = node.scrollHeight;
    });
    await inSight(article(TURNS * 2));
    assert.equal(await editor.inputValue(), 'A thought that is not finished');
    await editor.press('Escape');
    await editor.waitFor({ state: 'detached' });
  });

  it('copies all of itself where all is selected', async () => {
    await list().focus();
    await list().press('ControlOrMeta+a');
    await list().press('ControlOrMeta+c');
    await view.until(() => view.host.callsOf('copyChat').length === 1);
  });

  it('comes back to a place in its middle after a reload', async () => {
    await view.page.evaluate('document.getSelection().removeAllRanges()');
    await list().evaluate((node) => {
      node.scrollTop = node.scrollHeight * 0.4;
    });
    await view.until(async () => (await seen()).every(({ isThere }) => isThere) && (await seen()).length > 0);
    const [before] = await seen();
    await view.until(async () => {
      const kept = await view.page.evaluate(() => {
        const { sessionStorage } = globalThis as unknown as { sessionStorage: { getItem(key: string): string | null } };
        return sessionStorage.getItem('state') ?? '';
      });
      return kept.includes(view.host.snapshot.conversation?.messages[(before?.number ?? 0) - 1]?.id ?? '?');
    });
    await view.load();
    await view.until(async () => {
      const [now] = await seen();
      return now?.isThere === true && now.number === before?.number && Math.abs(now.top - (before?.top ?? 0)) < 3;
    });
  });

  it('asks again for what could not be read', async () => {
    view.host.failNext.set('listMessages', 'The store is busy.');
    await list().focus();
    await list().press('Home');
    await view.page.getByRole('alert').getByText('The store is busy.').waitFor();
    await inSight(question(1));
  });
});
