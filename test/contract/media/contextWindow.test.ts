import assert from 'node:assert/strict';
import type { ChatPage } from '../../fixtures/webviewHost/chatPage.ts';
import { conversation, message } from '../../fixtures/webviewHost/scriptedHost.ts';
import { summary, windowReport, windowScenes } from '../../fixtures/webviewHost/windowScenes.ts';
import { useChatPage } from '../../fixtures/webviewHost/useChatPage.ts';

describe('The chat view in a browser: the model’s context', () => {
  let view: ChatPage;

  useChatPage((page) => {
    view = page;
  });

  const meter = () => view.page.getByRole('button', { name: /context is used/ });
  const panel = () => view.page.getByRole('dialog', { name: /fills the model/ });

  it('is a ring while there is much room, says its share from half on, and warns near the end', async () => {
    const history = (tokens: number) => ({ ...windowReport, parts: [{ kind: 'history', tokens } as const] });
    view.host.snapshot = { ...view.host.snapshot, window: history(1_000) };
    await view.load();
    await meter().waitFor();
    assert.equal(await meter().innerText(), '');
    view.host.emit('window', { report: history(14_000) });
    await view.page.locator('.window-some', { hasText: '57%' }).waitFor();
    view.host.emit('window', { report: history(20_000) });
    await view.page.locator('.window-near', { hasText: '81%' }).waitFor();
    view.host.emit('window', { report: history(30_000) });
    await view.page.locator('.window-over', { hasText: '122%' }).waitFor();
    view.host.emit('window', { report: null });
    await meter().waitFor({ state: 'detached' });
  });

  it('opens by keyboard into what it is made of, and gives the focus back', async () => {
    view.host.snapshot = { ...view.host.snapshot, window: windowReport };
    await view.load();
    await meter().focus();
    await view.page.keyboard.press('Enter');
    const rows = await panel().getByRole('listitem').allInnerTexts();
    assert.deepEqual(
      rows.map((row) => row.replaceAll(/\s+/gu, ' ').trim()),
      [
        'Sextant’s instructions 420 1%',
        'Rules of the workspace 1,310 4%',
        'Conversation 9,204 28%',
        'Attached before 2,050 6%',
        'Attached now 612 2%',
        'Kept free for the answer 8,192 25%',
        'Free 10,980 34%',
      ],
    );
    assert.match(
      await panel().innerText(),
      /The last question took 12,984 tokens, 11,020 of them from the provider’s cache/,
    );
    await view.page.keyboard.press('Escape');
    await panel().waitFor({ state: 'detached' });
    assert.match(await view.focused(), /context is used/);
    await view.page.keyboard.press('Enter');
    await panel().and(view.page.locator(':focus')).waitFor();
    await view.page.keyboard.press('Tab');
    await panel().locator('vscode-button:focus').waitFor();
    await view.page.keyboard.press('Enter');
    await panel().and(view.page.locator(':focus')).waitFor();
    await view.until(() => view.host.callsOf('compact').length === 1);
    view.host.emit('window', { report: { ...windowReport, isCompacting: true } });
    await panel().getByRole('button', { name: 'Stop Summarising' }).click();
    await view.until(() => view.host.callsOf('stop').length === 1);
  });

  it('shows a summary where it stands, which can be read, changed and taken back', async () => {
    view.host.show(
      conversation({
        messages: [
          message({ role: 'user', content: 'How long?' }),
          message({ role: 'assistant', content: 'Thirty seconds.', summary }),
        ],
      }),
    );
    await view.load();
    const note = view.page.getByRole('region', { name: 'Summary of what is above' });
    await note.getByText('A summary stands for the 12 questions above').click();
    await note.getByText('Open: who tests it.').waitFor();
    await note.getByRole('button', { name: 'Change the summary' }).click();
    await note.getByRole('textbox', { name: 'The summary' }).fill('It is thirty seconds.');
    await note.getByRole('button', { name: 'Save' }).click();
    await note.getByRole('textbox').waitFor({ state: 'detached' });
    assert.equal(view.host.callsOf('changeSummary')[0]?.text, 'It is thirty seconds.');
    view.host.change({ summary: { ...summary, isEdited: true } });
    await note.getByText('Changed by you.').waitFor();
    await note.getByRole('button', { name: /Undo/ }).click();
    await view.until(() => view.host.callsOf('useSummary').length === 1);
    view.host.change({ summary: { ...summary, isUsed: false } });
    await note.getByText('What is above goes along itself again').waitFor();
    await note.getByRole('button', { name: 'Use the summary again' }).click();
    await view.until(() => view.host.callsOf('useSummary').length === 2);
    assert.deepEqual(
      view.host.callsOf('useSummary').map(({ isUsed }) => isUsed),
      [false, true],
    );
  });

  it('offers what can be done about a prompt that is too long', async () => {
    const scene = windowScenes['a summary and a prompt that is too long'];
    scene?.prepare(view.host);
    await view.load();
    const card = view.page.getByRole('group', { name: 'Error' });
    await card.getByRole('button', { name: 'Choose Another Model' }).waitFor();
    await card.getByRole('button', { name: 'Summarise and Try Again' }).waitFor();
    await card.getByRole('button', { name: 'Leave It Out' }).waitFor();
    await card.getByRole('button', { name: 'Send a Part' }).click();
    await view.until(() => view.host.callsOf('refit')[0]?.how === 'send-part');
  });
});
