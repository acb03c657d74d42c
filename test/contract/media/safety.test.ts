import assert from 'node:assert/strict';
import path from 'node:path';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { ChatPage } from '../../fixtures/webviewHost/chatPage.ts';
import { chip, richComposer, sentThings } from '../../fixtures/webviewHost/contextScenes.ts';
import { assertHarmless } from '../../fixtures/webviewHost/harmless.ts';
import { hostileHtml, hostileMarkdown } from '../../fixtures/webviewHost/hostileMarkdown.ts';
import { conversation, message } from '../../fixtures/webviewHost/scriptedHost.ts';
import { launchBrowser } from '../../harness/browser.ts';

describe('The chat view in a browser: hostile content', () => {
  let browser: Browser;
  let view: ChatPage;

  before(async () => {
    browser = await launchBrowser();
  });
  after(async () => {
    await browser.close();
  });
  beforeEach(async () => {
    view = await ChatPage.create(browser, { height: 1200 });
  });
  afterEach(async () => {
    await view.close();
    // Nothing was even tried: no request, no breach of the policy, no error.
    assert.deepEqual(view.troubles, []);
  });

  it('does nothing and loads nothing from an answer that is opened, nor from the thoughts before it', async () => {
    const messages = hostileMarkdown.flatMap((content) => [
      message({ role: 'user', content }),
      message({ role: 'assistant', content, reasoning: content, context: [] }),
    ]);
    const title = hostileHtml[2] ?? '';
    view.host.snapshot = {
      ...view.host.snapshot,
      conversation: conversation({ title, messages }),
      notice: { message: title, action: null },
    };
    await view.load();
    await view.page.getByRole('region', { name: 'Conversation' }).focus();
    await view.page.keyboard.press('Home');
    // Only what is near is drawn, so all of it is gone through, on from what is drawn to the end of what is in sight.
    const seen = new Set<string | null>();
    await view.until(async () => {
      const drawn = await view.page.locator('.scroller').evaluate((scroller) => {
        for (const details of scroller.querySelectorAll('details')) details.open = true;
        const articles = [...scroller.querySelectorAll('article')];
        const { top, bottom } = scroller.getBoundingClientRect();
        const boxes = articles.map((article) => article.getBoundingClientRect());
        const isAll = boxes.some((box) => box.top < top + 40) && boxes.some((box) => box.bottom > bottom - 40);
        if (isAll) scroller.scrollTop += scroller.clientHeight / 2;
        return articles.map((article) => article.getAttribute('aria-posinset'));
      });
      for (const place of drawn) seen.add(place);
      await assertHarmless(view.page);
      return seen.size === messages.length;
    });
    await view.page.locator('.reasoning-text.markdown').first().waitFor();
    await view.page.waitForTimeout(300); // Colours come a moment later.
    await assertHarmless(view.page);
  });

  it('does nothing and loads nothing from an answer that comes in pieces', async () => {
    await view.load();
    await view.send('Why?');
    for (const content of hostileMarkdown) {
      for (let at = 0; at < content.length; at += 7) view.host.stream(content.slice(at, at + 7));
      view.host.stream('\n\n');
    }
    view.host.change({ status: 'complete' });
    await view.button('Answer again').waitFor();
    await view.page.waitForTimeout(300);
    await assertHarmless(view.page);
  });

  it('does nothing of what titles, paths, names and errors hold', async () => {
    const hostile = `<img src=x onerror=globalThis.pwned=1>"><script>globalThis.pwned=1</script>`;
    const passage = {
      folder: hostile,
      path: hostile,
      startLine: 1,
      endLine: 2,
      symbol: hostile,
      language: hostile,
      textHash: '',
    };
    const failed = message({
      role: 'assistant',
      status: 'failed',
      context: [passage],
      model: { provider: hostile, model: hostile },
      error: { message: hostile, kind: hostile, actions: [hostile, '__proto__'] },
    });
    const shown = conversation({ title: hostile, messages: [message({ role: 'user', content: hostile }), failed] });
    const models = [{ ref: { provider: hostile, model: hostile }, displayName: hostile }];
    view.host.snapshot = {
      ...view.host.snapshot,
      conversation: shown,
      providers: [{ provider: hostile, displayName: hostile, models, problem: hostile }],
      index: { ...view.host.snapshot.index, phase: 'failed', message: hostile, skipped: { [hostile]: 3 } },
    };
    view.host.library.chats = [
      { ...shown, folderId: view.host.library.addFolder(hostile) },
      { ...shown, id: 'other' },
    ];
    await view.load();
    await view.page.locator('.model-button').click();
    await view.page.getByRole('option').first().waitFor();
    await view.page.keyboard.press('Escape');
    await view.button('Past chats').click();
    await view.page.getByRole('treeitem').first().waitFor();
    assert.equal(await view.page.evaluate('globalThis.pwned'), undefined);
    assert.equal(await view.page.locator('img, script:not([src]), iframe').count(), 0);
  });

  it('lets no name and no code look other than it is', async () => {
    // Read from right to left, its end is “gpj.exe”.
    const turned = 'src/holiday\u202eexe.jpg';
    const passage = { folder: '/w', path: turned, startLine: 1, endLine: 2, symbol: '', language: '', textHash: '' };
    const [thing] = sentThings;
    assert.ok(thing !== undefined);
    const answer = message({
      role: 'assistant',
      as: { mode: 'edit', persona: null },
      context: [passage],
      content: `**${turned}**:\n\n\`\`\`nosuchlanguage ${turned}\na\n\u2066b\n\`\`\`\n\n\`\`\`js\nlet a; /*\u202e } \u2066if (isAdmin)\u2069 */\n\`\`\``,
    });
    view.host.edits.set(answer.id, [{ path: turned, kind: 'new', added: 1, removed: 0, message: null }]);
    view.host.snapshot = {
      ...view.host.snapshot,
      composer: { ...richComposer, chips: [chip({ id: 'one', label: turned })] },
      conversation: conversation({
        messages: [message({ role: 'user', content: 'x', sent: [{ ...thing, label: turned }] }), answer],
      }),
    };
    await view.load();
    const named = 'holiday[U+202E]exe.jpg';
    await view.page.locator('.attachment-label', { hasText: named }).waitFor();
    await view.page.locator('.sent > summary').click();
    await view.page.locator('.sent-label', { hasText: named }).waitFor();
    await view.page.locator('.edit-name', { hasText: named }).waitFor();
    await view.page.locator('.sources summary').click();
    await view.page.locator('.source-name', { hasText: named }).waitFor();
    const marks = view.page.locator('.code-block .turning');
    await marks.nth(3).waitFor();
    assert.deepEqual(await marks.evaluateAll((all) => all.map((mark) => mark.getAttribute('title'))), [
      '[U+2066]',
      '[U+202E]',
      '[U+2066]',
      '[U+2069]',
    ]);
    // It is copied as it is.
    await view.button('Copy').last().click();
    await view.until(() => view.host.callsOf('copy').length === 1);
    assert.equal(view.host.callsOf('copy')[0]?.text.includes('/*\u202e } \u2066if (isAdmin)\u2069 */'), true);
  });

  it('asks for nothing but what its own links say, whatever is clicked', async () => {
    const content = hostileMarkdown.join('\n\n');
    view.host.snapshot = {
      ...view.host.snapshot,
      conversation: conversation({
        messages: [message({ role: 'user', content: 'x' }), message({ role: 'assistant', content })],
      }),
    };
    await view.load();
    for (const link of await view.page.locator('.markdown a').all()) await link.click({ force: true });
    await assertHarmless(view.page);
    assert.equal(view.page.url(), 'https://sextant.test/');
    const methods = new Set(view.host.calls.map(({ method }) => method));
    methods.delete('openLink');
    assert.deepEqual([...methods], []);
    assert.ok(view.host.callsOf('openLink').every(({ url }) => /^https?:\/\/[a.]|^https:\/\/evil/.test(url)));
  });

  it('hears nobody but the host', async () => {
    await view.load();
    await view.page.evaluate(() => {
      const page = globalThis as unknown as {
        dispatchEvent(event: unknown): void;
        MessageEvent: new (type: string, init: unknown) => unknown;
      };
      const frame = { kind: 'event', name: 'notice', payload: { notice: { message: 'Forged.', action: null } } };
      page.dispatchEvent(new page.MessageEvent('message', { data: frame, origin: 'https://evil.example' }));
      page.dispatchEvent(
        new page.MessageEvent('message', {
          data: { ...frame, payload: { notice: { message: 'Real.', action: null } } },
          origin: 'https://sextant.test',
        }),
      );
    });
    await view.page.getByText('Real.').waitFor();
    assert.equal(await view.page.getByText('Forged.').count(), 0);
  });

  it('is not stopped by frames that mean nothing', async () => {
    await view.load();
    for (const frame of [
      null,
      7,
      'x',
      [],
      { kind: 'request', id: 1, method: '__proto__' },
      { kind: 'event', name: 'constructor' },
    ]) {
      await view.page.evaluate((sent) => {
        const page = globalThis as unknown as { postMessage(message: unknown, origin: string): void; origin: string };
        page.postMessage(sent, page.origin);
      }, frame);
    }
    await view.send('Still there?');
  });
});

describe('sanitise', () => {
  it('by itself lets nothing through but text, its tags and web addresses', async () => {
    // The gate has to hold even if what comes before it fails: here HTML reaches it as it is.
    const bundle = await build({
      stdin: {
        contents: `import { sanitise } from './sanitise.ts'; globalThis.sanitise = sanitise;`,
        resolveDir: path.join(import.meta.dirname, '../../../media/chat/markdown'),
      },
      bundle: true,
      write: false,
      format: 'iife',
      target: 'es2023',
    });
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      const requests: string[] = [];
      await page.route('**', async (route) => {
        requests.push(route.request().url());
        await route.abort();
      });
      await page.evaluate(bundle.outputFiles[0]?.text ?? '');
      const written = await page.evaluate((htmls) => {
        const view = globalThis as unknown as {
          sanitise(html: string): unknown;
          document: { body: { innerHTML: string; replaceChildren(node: unknown): void } };
        };
        return htmls.map((html) => {
          view.document.body.replaceChildren(view.sanitise(html));
          return view.document.body.innerHTML;
        });
      }, hostileHtml);
      await page.waitForTimeout(200);
      assert.equal(await page.evaluate('globalThis.pwned'), undefined);
      assert.deepEqual(requests, []);
      const tag =
        /<\/?(div|p|br|hr|h[3-6]|blockquote|pre|code|ul|ol|li|table|thead|tbody|tr|th|td|strong|em|del|a|span)( (data-source)="\d+")?>/g;
      for (const [at, html] of written.entries()) assert.doesNotMatch(html.replaceAll(tag, ''), /</, hostileHtml[at]);
    } finally {
      await browser.close();
    }
  });
});
