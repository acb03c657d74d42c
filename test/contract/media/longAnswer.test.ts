import assert from 'node:assert/strict';
import type { ChatPage } from '../../fixtures/webviewHost/chatPage.ts';
import { conversation, message } from '../../fixtures/webviewHost/scriptedHost.ts';
import { useChatPage } from '../../fixtures/webviewHost/useChatPage.ts';

const SECTIONS = 30;

/** Of everything that answers have, so that parts end at all kinds of blocks. */
const section = (at: number): string => `${'#'.repeat((at % 3) + 1)} Section ${at}

The buoy *answers* with \`what it knows\` of the tide, see [the log](https://buoy.example/${at}).

- one
- two

  with a paragraph
- [x] done

\`\`\`ts
const value${at} = await read(source, ${at}); // ${'~'.repeat(at % 7)}
export function tide(): number {
  return value${at};
}
\`\`\`

| file | lines |
|:--|--:|
| src/a${at}.ts | ${at} |

> A quote of ${at}.

***

`;
const text = Array.from({ length: SECTIONS }, (_, at) => section(at)).join('');

interface Page {
  readonly document: {
    querySelector(selector: string): PageElement | null;
    querySelectorAll(selector: string): Iterable<PageElement>;
  };
}
interface PageElement {
  readonly isConnected: boolean;
  readonly innerHTML: string;
  className: string;
  checkVisibility(options: { contentVisibilityAuto: boolean }): boolean;
}

describe('The chat view in a browser: an answer of hundreds of blocks', () => {
  let view: ChatPage;

  useChatPage((page) => {
    view = page;
  });

  const list = () => view.page.getByRole('region', { name: 'Conversation' });
  const isWhole = async (): Promise<void> => {
    await view.answer.locator('.markdown[aria-busy="false"]').waitFor({ state: 'attached' });
    // All code has its colours, and all parts but the last their height.
    await view.until(() =>
      view.page.evaluate(() => {
        const { document } = globalThis as unknown as Page;
        return (
          document.querySelector('.part:not(.settled):not(:last-child)') === null &&
          document.querySelector('.code-block code:not(:has(.hljs-keyword)), .code-part:not(:has(span))') === null
        );
      }),
    );
  };
  const html = (): Promise<string> =>
    view.page.evaluate(() => (globalThis as unknown as Page).document.querySelector('.markdown')?.innerHTML ?? '');
  /** Shows the answer as one that has been there. */
  const open = async (content = text): Promise<void> => {
    const messages = [message({ role: 'user', content: '?' }), message({ role: 'assistant', content })];
    view.host.snapshot = { ...view.host.snapshot, conversation: conversation({ messages }) };
    await view.load();
    await isWhole();
  };
  /** Has the answer come in pieces of all lengths, each drawn before the next. */
  const stream = async (): Promise<void> => {
    await view.load();
    await view.send('?');
    for (let [at, piece] = [0, 0]; at < text.length; at += (piece * 37) % 211, piece++) {
      view.host.stream(text.slice(at, at + ((piece * 37) % 211)));
      await view.page.evaluate('new Promise(requestAnimationFrame)');
    }
  };

  it('is the same whether it comes in pieces or is there at once', async () => {
    await stream();
    view.host.change({ status: 'complete' });
    await isWhole();
    const streamed = await html();
    await open();
    await view.until(async () => (await html()) === streamed);
  });

  /** Watches the elements that a selector finds, as soon as it does. */
  const watch = (selector: string): Promise<void> =>
    view.page.evaluate((wanted) => {
      interface Watching extends Page {
        readonly watched: Set<PageElement>;
        readonly changed: string[];
        requestAnimationFrame(look: () => void): void;
        MutationObserver: new (
          hear: (records: readonly { target: { nodeName: string; textContent: string } }[]) => void,
        ) => {
          observe(target: PageElement, options: object): void;
        };
      }
      const page = globalThis as unknown as Watching;
      Object.assign(page, { watched: new Set(), changed: [] });
      const observer = new page.MutationObserver((records) => {
        // Code gets its colours when there is time.
        for (const { target } of records)
          if (!['CODE', 'SPAN', '#text'].includes(target.nodeName)) page.changed.push(target.textContent);
      });
      const look = (): void => {
        for (const block of page.document.querySelectorAll(wanted)) {
          if (page.watched.has(block)) continue;
          page.watched.add(block);
          observer.observe(block, { subtree: true, childList: true, characterData: true, attributes: true });
        }
        page.requestAnimationFrame(look);
      };
      look();
    }, selector);
  const streamToEnd = async (whole: string): Promise<void> => {
    await view.send('?');
    for (let at = 0; at < whole.length; at += 120) {
      view.host.stream(whole.slice(at, at + 120));
      await view.page.evaluate('new Promise(requestAnimationFrame)');
    }
    view.host.change({ status: 'complete' });
    await isWhole();
  };
  const seen = () =>
    view.page.evaluate(() => {
      const { watched, changed } = globalThis as unknown as { watched: Set<PageElement>; changed: string[] };
      return { count: watched.size, gone: [...watched].filter((block) => !block.isConnected).length, changed };
    });

  it('leaves blocks alone that are complete while it goes on', async () => {
    await view.load();
    await watch('.part.settled > *');
    await streamToEnd(text);
    const { count, ...others } = await seen();
    assert.ok(count > SECTIONS * 4, `${count} were watched`);
    assert.deepEqual(others, { gone: 0, changed: [] });
  });

  const times = (count: number, write: (at: number) => string): string =>
    Array.from({ length: count }, (_, at) => write(at)).join('');
  const growing = {
    'a table': {
      selector: 'tbody > tr:nth-last-child(n + 3)',
      markdown: `| a | b |\n|--|--:|\n${times(200, (at) => `| row *${at}* | ${at} |\n`)}`,
    },
    'a list': {
      selector: '.part > ul > li:nth-last-child(n + 3)',
      markdown: times(200, (at) => `- item *${at}*\n${at % 3 === 0 ? '\n  more of it\n\n' : ''}  - in it\n`),
    },
    'a quote': {
      selector: '.part > blockquote > :nth-last-child(n + 3)',
      markdown: times(200, (at) => `> Block *${at}*\n${at % 3 === 0 ? '> goes on\n>\n> - in it\n' : ''}>\n`),
    },
    'a code block': {
      selector: '.code-part:nth-last-child(n + 3)',
      markdown: `\`\`\`ts\n${times(800, (at) => `const value${at} = "${at}";${at === 300 ? ' /*' : at === 320 ? ' */' : ''}\n`)}\`\`\`\n`,
    },
  };
  for (const [name, { selector, markdown }] of Object.entries(growing)) {
    it(`draws no part of ${name} again that is complete, and ends as if it had come at once`, async () => {
      await view.load();
      await watch(selector);
      await streamToEnd(markdown);
      const { count, ...others } = await seen();
      assert.ok(count > 2, `${count} were watched`);
      assert.deepEqual(others, { gone: 0, changed: [] });
      const streamed = await html();
      await open(markdown);
      await view.until(async () => (await html()) === streamed);
    });
  }

  it('copies code as it is, with colours and without', async () => {
    const code = times(400, (at) => `const value${at} = ${at};\n${at % 50 === 0 ? '\n' : ''}`);
    await open(`\`\`\`ts\n${code}\`\`\`\n`);
    const selected = await view.page.evaluate(() => {
      const { document, getSelection } = globalThis as unknown as Page & {
        getSelection(): { selectAllChildren(node: PageElement | null): void; toString(): string };
      };
      const selection = getSelection();
      selection.selectAllChildren(document.querySelector('.code-block code'));
      return selection.toString();
    });
    assert.ok(selected === code.trimEnd(), 'what is selected is not the code');
  });

  it('lays out only what is near, and is as high as if it laid out all', async () => {
    await open();
    const isLaidOut = (selector: string): Promise<boolean | undefined> =>
      view.page.evaluate(
        (wanted) =>
          (globalThis as unknown as Page).document
            .querySelector(wanted)
            ?.checkVisibility({ contentVisibilityAuto: true }),
        selector,
      );
    const height = (): Promise<number> => list().evaluate((node) => node.scrollHeight);
    await view.until(async () => (await isLaidOut('.part:first-child > *')) === false);
    const before = await height();
    await list().focus();
    await list().press('Home');
    await view.until(async () => (await isLaidOut('.part:first-child > *')) === true);
    await view.until(async () => (await isLaidOut('.part:nth-last-child(2) > *')) === false);
    assert.equal(await height(), before);
    await view.page.evaluate(() => {
      const parts = (globalThis as unknown as Page).document.querySelectorAll('.part');
      for (const part of parts) part.className = 'part';
    });
    assert.equal(await height(), before);
  });
});
