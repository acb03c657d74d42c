import assert from 'node:assert/strict';
import type { ChatPage } from '../../fixtures/webviewHost/chatPage.ts';
import { useChatPage } from '../../fixtures/webviewHost/useChatPage.ts';

describe('The chat view in a browser: what has the focus', () => {
  let view: ChatPage;

  useChatPage((page) => {
    view = page;
  });

  it('keeps the way to the end for as long as it has the focus', async () => {
    await view.load();
    await view.send('Why?');
    for (let line = 0; line < 60; line += 1) view.host.stream(`Paragraph ${line}.\n\n`);
    await view.answer.getByText('Paragraph 59.').waitFor();
    const scroller = view.page.getByRole('region', { name: 'Conversation' });
    const latest = view.button('Jump to the latest');
    await scroller.hover();
    await view.page.mouse.wheel(0, -400);
    await latest.focus();
    await view.page.mouse.wheel(0, 4000);
    await view.page.locator('.scroller.following').waitFor();
    assert.equal(await view.focused(), 'Jump to the latest');
    await view.page.keyboard.press('Tab');
    assert.equal(await view.focused(), 'Your question');
    await latest.waitFor({ state: 'detached' });
  });

  it('can be typed into when the focus comes only after the page is drawn', async () => {
    await view.load();
    const come = (): Promise<unknown> => view.page.evaluate('dispatchEvent(new FocusEvent("focus"))');
    await view.input.blur();
    await come();
    assert.equal(await view.focused(), 'Your question');
    await view.button('Past chats').focus();
    await come();
    assert.equal(await view.focused(), 'Past chats', 'what had the focus keeps it');
  });

  it('takes text from a command beside what is there', async () => {
    await view.load();
    await view.input.fill('Mine');
    view.host.emit('draft', { text: 'From a command', hasWaited: false });
    await view.until(async () => (await view.input.inputValue()) === 'Mine\n\nFrom a command');
    assert.equal(await view.focused(), 'Your question');
  });

  it('leaves open what the user has opened while a command’s wish for the focus was waiting', async () => {
    await view.load();
    const search = view.page.getByRole('searchbox', { name: 'Search chats' });
    await view.button('Past chats').click();
    await search.waitFor();
    view.host.emit('draft', { text: null, hasWaited: true });
    view.host.emit('notice', { notice: { message: 'Said after it', action: null } });
    await view.page.getByText('Said after it').waitFor();
    assert.equal(await search.isVisible(), true);
    view.host.emit('draft', { text: null, hasWaited: false });
    await search.waitFor({ state: 'detached' });
  });
});
