import assert from 'node:assert/strict';
import type { ChatPage } from '../../fixtures/webviewHost/chatPage.ts';
import { useChatPage } from '../../fixtures/webviewHost/useChatPage.ts';

describe('The chat view in a browser: what is written from right to left', () => {
  let view: ChatPage;

  useChatPage((page) => {
    view = page;
  });

  it('writes from right to left what is written so', async () => {
    await view.load();
    assert.equal(await view.input.getAttribute('dir'), 'ltr');
    await view.input.fill('1. مرحبا world');
    assert.equal(await view.input.getAttribute('dir'), 'rtl');
    await view.input.press('Enter');
    await view.answer.waitFor();
    assert.equal(await view.page.locator('.question-text:dir(rtl)').count(), 1);
  });

  it('lets each block of an answer begin where its language does, and code at the left', async () => {
    await view.load();
    await view.send('?');
    view.host.stream(
      [
        'English comes first.',
        'الدالة `parse()` تقرأ الملف **سطرًا سطرًا**، ثم تعيد القائمة.',
        '`parse()` היא הפונקציה שקוראת את הקובץ.',
        '- פריט ראשון\n- `two` פריט שני',
        '> اقتباس من الوثيقة',
        '| שם | ערך |\n|---|---|\n| אחד | 1 |',
        '```ts\nconst שם = 1; // תגובה\n```',
        'And English again.\n',
      ].join('\n\n'),
    );
    view.host.change({ status: 'complete' });
    await view.answer.getByText('And English again.').waitFor();
    const directions = await view.answer.locator('.part > *').evaluateAll((blocks) =>
      blocks.map((block) => {
        const page = globalThis as unknown as { getComputedStyle(element: unknown): { direction: string } };
        return page.getComputedStyle(block).direction;
      }),
    );
    assert.deepEqual(directions, ['ltr', 'rtl', 'rtl', 'rtl', 'rtl', 'rtl', 'ltr', 'ltr']);
    assert.equal(await view.answer.locator('code:dir(rtl)').count(), 0);
    const code = await view.answer.locator('pre code').boundingBox();
    const pre = await view.answer.locator('pre').boundingBox();
    assert.ok(code !== null && pre !== null && code.x - pre.x < 30, 'the code begins at the left');
    const left = async (token: string): Promise<number> =>
      (await view.answer.locator(`pre .hljs-${token}`).boundingBox())?.x ?? NaN;
    await view.answer.locator('pre .hljs-comment').waitFor();
    const [keyword, number, comment] = [await left('keyword'), await left('number'), await left('comment')];
    assert.ok(keyword < number && number < comment, 'its words stand in their order');
  });
});
