import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import type { ContextChip } from '../../../src/protocol/chatContext.ts';
import type { ContextPassage, Conversation } from '../../../src/protocol/store.ts';
import { hostileCorpora } from '../../fixtures/hostileCorpora.ts';
import { ChatPage } from '../../fixtures/webviewHost/chatPage.ts';
import { chip, richComposer, sentThings } from '../../fixtures/webviewHost/contextScenes.ts';
import { assertHarmless } from '../../fixtures/webviewHost/harmless.ts';
import { conversation, message } from '../../fixtures/webviewHost/scriptedHost.ts';
import { launchBrowser } from '../../harness/browser.ts';
import { skipBecause } from '../../harness/skip.ts';

/** So many are shown at once. */
const TOGETHER = 12;
/** All of them, or each so many-th. */
const EACH = process.env['SEXTANT_CAMPAIGN'] === '1' ? 1 : 4;

/** Text that has made Markdown parsers slow, or run out of stack. */
const torture: readonly (readonly [string, string])[] = [
  ['nested emphasis', '*a **a '.repeat(5_000)],
  ['emphasis that is never closed', '**a '.repeat(10_000)],
  ['nested brackets', `${'['.repeat(10_000)}a${']'.repeat(10_000)}`],
  ['pairs of brackets', '[a]('.repeat(10_000)],
  ['nested quotes', `${'> '.repeat(5_000)}a`],
  ['nested lists', Array.from({ length: 500 }, (_, depth) => `${'  '.repeat(depth)}- a`).join('\n')],
  ['backticks', Array.from({ length: 250 }, (_, length) => `e${'`'.repeat(length)}`).join('')],
  ['HTML that never ends', '<a b="'.repeat(5_000)],
  ['comments that never end', '<!-- '.repeat(10_000)],
  ['entities', '&#x110000;&nosuch;&#0;'.repeat(3_000)],
  ['many references', `${'[a][r] '.repeat(3_000)}\n\n[r]: https://a.example`],
  ['many definitions', Array.from({ length: 2_000 }, (_, at) => `[r${at}]: https://a.example/${at}`).join('\n')],
  ['a wide table', `|${'a|'.repeat(1_000)}\n|${'-|'.repeat(1_000)}\n|${'b|'.repeat(1_000)}`],
  ['formulas in formulas', '$'.repeat(10_000)],
  ['footnotes of footnotes', Array.from({ length: 500 }, (_, at) => `[^${at}]: [^${at + 1}]`).join('\n')],
  ['code fences of all lengths', Array.from({ length: 300 }, (_, at) => '`'.repeat(at + 3)).join('\n')],
  ['quotes, lists and emphasis in each other', '> - **'.repeat(10_000)],
  ['braces of a formula', `$${'{'.repeat(10_000)}x${'}'.repeat(10_000)}$`],
  ['escapes of a terminal', '\u001b[31m\u001b]8;;https://evil.example\u0007link\u001b]8;;\u0007\u001b[2J'.repeat(500)],
  ['control characters', String.fromCharCode(...Array.from({ length: 160 }, (_, at) => at)).repeat(50)],
  ['marks above marks', `a${'\u0301'.repeat(20_000)}`],
  ['half of a character', '\ud800a\udc00 [\ud800](https://a.example/\udc00)'],
  ['the other way round', '\u202e\u2066[x](https://a.example)\u2069\u202c <b>'.repeat(500)],
];

describe('The chat view in a browser: hostile corpora', () => {
  let browser: Browser;
  let view: ChatPage;

  before(async () => {
    browser = await launchBrowser();
    view = await ChatPage.create(browser, { height: 20_000 });
    await view.page.addInitScript(() => {
      const page = globalThis as unknown as Record<string, unknown>;
      for (const name of ['alert', 'confirm', 'prompt', 'open', 'print', 'xss'])
        page[name] = () => (page['pwned'] = name);
    });
    view.page.on('popup', () => view.troubles.push('a window was opened'));
    await view.load();
  });
  after(async () => {
    await browser.close();
  });

  /** Shows a chat, and waits until its last answer is drawn to its end. */
  const show = async (shown: Conversation, chips: readonly ContextChip[] = []): Promise<void> => {
    view.host.emit('composer', { composer: { ...richComposer, chips } });
    view.host.show(shown);
    await view.page.getByRole('heading', { name: shown.title, exact: true }).waitFor();
    // All are in sight, so all are drawn.
    await view.until(async () => (await view.page.getByRole('article').count()) === shown.messages.length);
    await view.page.locator('.markdown[aria-busy="true"]').first().waitFor({ state: 'detached' });
  };

  it('run nothing, load nothing and become nothing but text: in answers, thoughts, names, paths, tools and titles', async function () {
    this.timeout(300_000);
    const all = await hostileCorpora().catch((error: unknown) => {
      return skipBecause(this, `the packages cannot be had here (${error instanceof Error ? error.name : 'error'})`);
    });
    assert.ok(all.length > 1_500, String(all.length));
    const chosen = all.filter((_, at) => at % EACH === 0);
    for (let at = 0; at < chosen.length; at += TOGETHER) {
      const some = chosen.slice(at, at + TOGETHER);
      const passages = some.map((name): ContextPassage => {
        return { folder: '/w', path: name, startLine: 1, endLine: 2, symbol: name, language: name, textHash: '' };
      });
      const sent = some.slice(0, 90).flatMap((label, index) => {
        const [, thing] = sentThings;
        return thing === undefined ? [] : [{ ...thing, label, detail: label, value: `${index}`, place: null }];
      });
      const names = message({ role: 'assistant', content: some.join('\n\n'), context: passages });
      const failed = message({
        role: 'assistant',
        status: 'failed',
        error: { kind: 'internal', message: some.join(' '), actions: some },
      });
      await show(
        conversation({
          title: `Chat ${at}`,
          queue: some.slice(0, 20).map((text, index) => ({ id: `q${index}`, text })),
          messages: [
            message({ role: 'user', content: some.join('\n'), sent }),
            failed,
            ...some.map((content) => message({ role: 'assistant', content, reasoning: content })),
            names,
          ],
        }),
        some.slice(0, 10).map((label, index) => chip({ id: `c${index}`, label, detail: label, problem: label })),
      );
      await view.page.locator('details').evaluateAll((details) => {
        for (const each of details) (each as unknown as { open: boolean }).open = true;
      });
      await view.page.locator('.reasoning[open]:not(:has(.reasoning-text))').waitFor({ state: 'detached' });
      await assertHarmless(view.page);
      assert.deepEqual(view.troubles, [], some.join('\n'));
    }
    assert.equal(view.page.url(), 'https://sextant.test/');
  });

  for (const [name, text] of torture) {
    it(`stands ${name}, also in pieces`, async function () {
      this.timeout(60_000);
      const messages = [message({ role: 'user', content: text }), message({ role: 'assistant', content: text })];
      await show(conversation({ title: name, messages }));
      await assertHarmless(view.page);
      view.host.change({ status: 'running', content: '', resumeCount: 1 });
      const step = Math.max(64, Math.ceil(text.length / 40));
      for (let at = 0; at < text.length; at += step) view.host.stream(text.slice(at, at + step));
      view.host.change({ status: 'complete' });
      await view.answer.locator('.markdown[aria-busy="false"]').waitFor({ state: 'attached' });
      await assertHarmless(view.page);
      assert.deepEqual(view.troubles, []);
    });
  }
});
