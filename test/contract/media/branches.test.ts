import assert from 'node:assert/strict';
import type { ChatPage } from '../../fixtures/webviewHost/chatPage.ts';
import { scenes } from '../../fixtures/webviewHost/scenes.ts';
import { conversation, message } from '../../fixtures/webviewHost/scriptedHost.ts';
import { useChatPage } from '../../fixtures/webviewHost/useChatPage.ts';

const picked = { provider: 'ollama', model: 'qwen3' };

describe('The chat view in a browser: versions of messages', () => {
  let view: ChatPage;

  useChatPage(async (page) => {
    view = page;
    view.host.show(
      conversation({
        messages: [
          message({ role: 'user', content: 'What is a buoy?' }),
          message({ role: 'assistant', content: 'It floats.', model: picked }),
        ],
      }),
    );
    await view.load();
  });

  const editor = () => view.page.getByRole('textbox', { name: 'The question in other words' });

  it('sends a question in other words with Enter, and leads back to the old one and forth', async () => {
    await view.page.getByText('What is a buoy?').hover();
    await view.button('Edit this question').click();
    assert.equal(await editor().inputValue(), 'What is a buoy?');
    await editor().press('End');
    await editor().pressSequentially(' Why?');
    await editor().press('Shift+Enter');
    await editor().pressSequentially('Really?');
    await editor().press('Enter');
    await view.page.locator('.question-text', { hasText: 'Really?' }).waitFor();
    const [sent] = view.host.callsOf('editQuestion');
    assert.equal(sent?.text, 'What is a buoy? Why?\nReally?');
    view.host.stream('It floats, and so on.');
    assert.equal(await view.button('Show the question before').isEnabled(), false, 'while an answer is written');
    for (const name of ['Show the question before', 'Delete from here on…']) {
      assert.equal(await view.button(name).getAttribute('title'), `${name}\nPossible once the answer is finished.`);
      await view.button(name).press('Enter');
    }
    assert.deepEqual(view.host.callsOf('showBranch'), []);
    assert.equal(await view.page.getByRole('menu').count(), 0, 'nothing is asked either');
    view.host.change({ status: 'complete' });
    await view.page.getByText('2/2').waitFor();
    await view.button('Show the question before').click();
    await view.page.getByText('1/2').waitFor();
    assert.equal(await view.page.locator('.question-text').innerText(), 'What is a buoy?');
    assert.equal(await view.button('Show the question before').isEnabled(), false);
    await view.button('Show the question after').click();
    await view.page.getByText('2/2').waitFor();
    assert.equal(view.host.callsOf('showBranch').length, 2);
  });

  it('leaves the message and the focus where they are while one walks between its versions', async () => {
    const turn = (number: number) => [
      message({ role: 'user', content: `Question ${number}?` }),
      message({ role: 'assistant', content: 'It floats.\n\n'.repeat(5), model: picked }),
    ];
    view.host.show(conversation({ messages: Array.from({ length: 12 }, (_, number) => turn(number)).flat() }));
    await view.page.getByText('Question 11?').waitFor();
    const list = view.page.getByRole('region', { name: 'Conversation' });
    await list.press('Alt+Home');
    const first = view.page.locator('[aria-posinset="1"]');
    await first.getByRole('button', { name: 'Edit this question' }).click();
    await editor().fill('Another one?');
    await editor().press('Enter');
    await view.page.locator('.question-text', { hasText: 'Another one?' }).waitFor();
    view.host.change({ status: 'complete' });
    await view.page.getByText('2/2').waitFor();
    const place = async () => (await first.locator('.question-text').boundingBox())?.y ?? NaN;
    const before = await place();
    for (const [way, shown, text] of [
      ['before', '1/2', 'Question 0?'],
      ['after', '2/2', 'Another one?'],
    ] as const) {
      await view.button(`Show the question ${way}`).click();
      await first.getByText(shown).waitFor();
      await view.page.locator('.question-text', { hasText: text }).waitFor();
      await view.page.locator('.branch-switch button:focus').waitFor();
      const moved = Math.abs((await place()) - before);
      assert.ok(moved < 2, `the question has moved by ${moved} px`);
    }
  });

  it('leaves everything as it was with Escape, and sends nothing that is empty', async () => {
    await view.button('Edit this question').click();
    await editor().fill(' ');
    await editor().press('Enter');
    await editor().press('Escape');
    await editor().waitFor({ state: 'detached' });
    assert.equal(await view.page.locator('.question-text').innerText(), 'What is a buoy?');
    assert.deepEqual(view.host.callsOf('editQuestion'), []);
    assert.equal(await view.input.evaluate((input) => input.matches(':focus')), true);
  });

  it('keeps what was written when it could not be sent, and sends it under the same id', async () => {
    view.host.failNext.set('editQuestion', 'The disk is full.');
    await view.button('Edit this question').click();
    await editor().fill('Why?');
    await editor().press('Enter');
    await view.page.getByText('The disk is full.').waitFor();
    assert.equal(await editor().inputValue(), 'Why?');
    await editor().press('Enter');
    await editor().waitFor({ state: 'detached' });
    const ids = view.host.callsOf('editQuestion').map(({ clientMessageId }) => clientMessageId);
    assert.equal(ids.length, 2);
    assert.equal(new Set(ids).size, 1);
  });

  for (const [name, end] of Object.entries({
    stopped: { status: 'stopped' },
    interrupted: { status: 'interrupted' },
    failed: { status: 'failed', error: { message: 'The connection was lost.', kind: 'network', actions: ['retry'] } },
    'as long as it may be': { status: 'complete', finishReason: 'length' },
  } as const)) {
    it(`goes on with an answer that was cut short: ${name}`, async () => {
      view.host.change(end);
      await view.button('Continue').click();
      await view.answer.getByText('Answering…').waitFor();
      assert.equal(view.host.callsOf('continueAnswer').length, 1);
      view.host.stream(' And it rings.');
      view.host.change({ status: 'complete', finishReason: 'stop' });
      await view.answer.getByText('It floats. And it rings.').waitFor();
      assert.equal(await view.page.getByRole('button', { name: 'Continue' }).count(), 0);
    });
  }

  it('goes on with nothing that is complete, empty, or only quoted', async () => {
    const offers = () => view.page.getByRole('button', { name: 'Continue' }).count();
    assert.equal(await offers(), 0);
    view.host.change({ status: 'stopped', content: '' });
    await view.answer.getByText('Stopped.').waitFor();
    assert.equal(await offers(), 0);
    view.host.change({ status: 'stopped', content: 'Quoted', model: { provider: 'offline', model: 'quote' } });
    await view.answer.getByText('Quoted').waitFor();
    assert.equal(await offers(), 0);
  });

  it('answers again by a model of the list', async () => {
    const models = ['small', 'large'].map((model) => ({ ref: { provider: 'ollama', model }, displayName: model }));
    const ollama = { provider: 'ollama', displayName: 'Ollama', models, problem: null };
    view.host.emit('models', { model: picked, providers: [ollama], offers: [] });
    await view.answer.hover();
    await view.button('Answer again with another model…').click();
    await view.page.getByRole('menuitem', { name: 'large' }).waitFor();
    await view.page.keyboard.press('ArrowDown');
    await view.page.keyboard.press('Enter');
    await view.until(() => view.host.callsOf('retry').length === 1);
    assert.deepEqual(view.host.callsOf('retry')[0]?.model, { provider: 'ollama', model: 'large' });
  });

  it('deletes a turn when that is asked for twice', async () => {
    const { id = '' } = view.host.snapshot.conversation?.messages[0] ?? {};
    await view.page.getByText('What is a buoy?').hover();
    await view.button('Delete from here on…').click();
    await view.page.getByRole('menu', { name: 'Delete this question and all that follows it?' }).waitFor();
    await view.page.keyboard.press('Enter');
    assert.deepEqual(view.host.callsOf('deleteMessage'), [], 'the first choice keeps it');
    assert.equal(await view.focused(), 'Delete from here on…');
    await view.page.keyboard.press('Enter');
    await view.page.getByRole('menuitem', { name: 'Delete for good' }).click();
    await view.until(() => view.host.callsOf('deleteMessage').length === 1);
    assert.deepEqual(view.host.callsOf('deleteMessage'), [{ messageId: id }]);
  });

  it('takes a turn out, which stays among the versions', async () => {
    const { id = '' } = view.host.snapshot.conversation?.messages[0] ?? {};
    await view.page.getByText('What is a buoy?').hover();
    await view.button('Delete from here on…').click();
    await view.page.getByRole('menuitem', { name: 'Take out, and keep among the versions' }).click();
    await view.until(() => view.host.callsOf('takeOut').length === 1);
    assert.deepEqual(view.host.callsOf('takeOut'), [{ messageId: id }]);
  });

  it('keeps what is said of an answer, and takes it back', async () => {
    const good = view.page.getByRole('button', { name: 'A good answer' });
    await good.click();
    await good.and(view.page.locator('[aria-pressed="true"]')).waitFor();
    await good.click();
    await good.and(view.page.locator('[aria-pressed="false"]')).waitFor();
    assert.deepEqual(
      view.host.callsOf('setFeedback').map(({ feedback }) => feedback),
      ['good', null],
    );
  });

  it('shows all versions as a tree, and the one that is chosen', async () => {
    const shown = view.host.snapshot.conversation;
    assert.ok(shown !== null);
    const [question, answer] = shown.messages;
    assert.ok(question !== undefined && answer !== undefined);
    const node = { status: 'complete', createdAt: 0 } as const;
    view.host.nodes = [
      { ...node, id: question.id, parentId: null, role: 'user', preview: 'What is a buoy?' },
      { ...node, id: 'one', parentId: question.id, role: 'assistant', preview: 'It floats.' },
      { ...node, id: 'other', parentId: question.id, role: 'assistant', preview: 'It rings.' },
      { ...node, id: 'next', parentId: 'other', role: 'user', preview: 'Why?' },
    ];
    const siblingIds = ['one', 'other'];
    const versioned = { ...answer, id: 'one', siblingIds };
    view.host.branches.set('other', { ...shown, messages: [question, versioned] });
    view.host.show({ ...shown, messages: [question, versioned] });
    await view.button('Versions of this chat').click();
    const rows = view.page.getByRole('dialog', { name: 'Versions of this chat' }).locator('.version');
    await rows.nth(2).waitFor();
    assert.deepEqual(await rows.locator('.version-preview, .visually-hidden').allInnerTexts(), [
      ...['What is a buoy?', '1 message'],
      ...['It floats.', '1 message'],
      ...['It rings.', '2 messages'],
    ]);
    await rows.nth(0).and(view.page.locator(':focus')).waitFor();
    for (const key of ['ArrowDown', 'ArrowDown', 'Enter']) await view.page.keyboard.press(key);
    await view.until(() => view.host.callsOf('showBranch').length === 1);
    assert.deepEqual(view.host.callsOf('showBranch'), [{ messageId: 'other' }]);
    await view.page.keyboard.press('Escape');
    await rows.first().waitFor({ state: 'detached' });
    assert.equal(await view.focused(), 'Versions of this chat');
  });

  it('lets a question wait while an answer is written, to be changed, sent at once or dropped', async () => {
    await view.send('Why?');
    view.host.stream('Because');
    for (const text of ['First', 'Second', 'Third']) {
      await view.input.fill(text);
      await view.button('Send after this answer (Enter)').click();
      await view.until(async () => (await view.input.inputValue()) === '');
    }
    const waiting = view.page.getByRole('region', { name: 'Waiting questions' }).getByRole('listitem');
    assert.deepEqual(await waiting.allInnerTexts(), ['First', 'Second', 'Third']);
    await waiting.nth(1).getByRole('button', { name: 'Edit the waiting question' }).click();
    const editor = view.page.getByRole('textbox', { name: 'The waiting question' });
    await editor.fill('Something else');
    await editor.press('Escape');
    assert.equal(await waiting.nth(1).innerText(), 'Second');
    await waiting.nth(1).getByRole('button', { name: 'Edit the waiting question' }).click();
    await editor.press('End');
    await editor.pressSequentially('!');
    await editor.press('Enter');
    await waiting.filter({ hasText: 'Second!' }).waitFor();
    await waiting.nth(0).getByRole('button', { name: 'Drop the waiting question' }).click();
    await waiting.filter({ hasText: 'First' }).waitFor({ state: 'detached' });
    assert.equal(await view.focused(), 'Your question');
    await waiting.nth(0).getByRole('button', { name: 'Stop the answer and send this now' }).click();
    await view.page.locator('.question-text', { hasText: 'Second!' }).waitFor();
    assert.deepEqual(await waiting.allInnerTexts(), ['Third']);
    const [, stopped] = await view.page.getByRole('article', { name: 'Answer' }).allInnerTexts();
    assert.match(stopped ?? '', /Because[^]*Stopped/);
  });

  it('says what goes along with a waiting question, but not of rules', async () => {
    scenes['waiting questions']?.prepare(view.host);
    await view.load();
    const waiting = view.page.getByRole('region', { name: 'Waiting questions' }).getByRole('listitem');
    await waiting.nth(1).getByText('retryPolicy.ts', { exact: true }).waitFor();
    assert.equal(await waiting.nth(0).locator('.queued-attached').count(), 0);
  });

  it('does not ask again after a reload what waits already', async () => {
    await view.send('Why?');
    view.host.neverReplyTo('send');
    await view.input.fill('Next?');
    await view.input.press('Enter');
    await view.page.getByRole('region', { name: 'Waiting questions' }).waitFor();
    await view.load();
    await view.page.getByRole('region', { name: 'Waiting questions' }).getByText('Next?').waitFor();
    assert.equal(await view.input.inputValue(), '');
  });
});
