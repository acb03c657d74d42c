import assert from 'node:assert/strict';
import { ChatFixture } from './chatFixture.ts';
import type { TestWindow } from './testWindow.ts';

describe('questions that wait for an answer to end', () => {
  let fixture: ChatFixture;
  let window: TestWindow;

  beforeEach(async () => {
    fixture = await ChatFixture.start();
    // Its answers begin and then stand still until they are stopped.
    window = fixture.openWindow('stall');
    await window.session.send({ clientMessageId: 'first', text: 'First?' });
    await window.until((event) => event.type === 'delta');
  });

  afterEach(() => fixture.stop());

  const send = (id: string, text: string) => window.session.send({ clientMessageId: id, text });
  const queue = async () => ((await window.session.shown())?.queue ?? []).map(({ text }) => text);
  const asked = async () =>
    (await window.messages()).flatMap(({ role, content }) => (role === 'user' ? [content] : []));

  it('wait in their order, each once, and can be changed and dropped', async () => {
    for (const id of ['a', 'b', 'b', 'c']) await send(id, `${id}?`);
    assert.deepEqual(await queue(), ['a?', 'b?', 'c?']);
    await window.session.messages.changeQueued({ id: 'b', text: 'B!' });
    await window.session.messages.dropQueued('a');
    await window.session.messages.dropQueued('a');
    assert.deepEqual(await queue(), ['B!', 'c?']);
    await assert.rejects(window.session.messages.changeQueued({ id: 'b', text: ' ' }), /Type a question/);
    assert.deepEqual(await asked(), ['First?']);
  });

  it('are asked one after the other once the answer is complete', async () => {
    window.model.current = { provider: 'openai-compatible', model: 'any' };
    for (const id of ['a', 'b']) await send(id, `${id}?`);
    await window.session.askQueuedNow('a');
    await window.waitUntil(async () => (await window.messages()).at(5)?.status === 'complete');
    assert.deepEqual(await asked(), ['First?', 'a?', 'b?']);
    assert.deepEqual(await queue(), []);
    const answers = (await window.messages()).filter(({ role }) => role === 'assistant');
    assert.deepEqual(
      answers.map(({ status }) => status),
      ['stopped', 'complete', 'complete'],
    );
    assert.notEqual(answers[0]?.content, '', 'what came stays');
  });

  it('wait on when the answer is stopped, and one that was asked is never asked again', async () => {
    await send('a', 'a?');
    await window.session.stop();
    assert.deepEqual(await queue(), ['a?']);
    window.model.current = { provider: 'openai-compatible', model: 'any' };
    await window.session.askQueuedNow('a');
    await window.waitUntil(async () => (await window.messages()).at(3)?.status === 'complete');
    await window.store.call('queue.put', { conversationId: window.shown ?? '', id: 'a', text: 'a?' });
    assert.deepEqual(await queue(), []);
  });

  it('survive the window, and wait in the next one', async () => {
    for (const id of ['a', 'b']) await send(id, `${id}?`);
    const id = window.shown ?? '';
    await window.chats.answers.releaseLeases();
    window.session.dispose();
    const next = fixture.openWindow('any');
    await next.session.open(id);
    assert.deepEqual((await next.session.shown())?.queue.length, 2);
    await next.session.askQueuedNow('b');
    await next.waitUntil(async () => (await next.messages()).at(5)?.status === 'complete');
    const questions = (await next.messages()).filter(({ role }) => role === 'user').map(({ content }) => content);
    assert.deepEqual(questions, ['First?', 'b?', 'a?']);
  });

  it('keep what goes along with them, when they are changed, when the window has gone, and on the wire', async () => {
    const text = 'const foghorn = "two long blasts";';
    const { sha256 } = await window.store.call('files.put', {
      bytes: new TextEncoder().encode(text),
      mimeType: 'text/plain',
    });
    const item = {
      ...{ source: 'dropped', value: '', label: 'foghorn.ts', detail: '', icon: 'file', place: null },
      ...{ sha256, mimeType: 'text/plain', tokens: 9, isPinned: false },
    };
    const context = { sent: [item], attachments: [{ sha256, name: 'foghorn.ts', mimeType: 'text/plain' }] };
    await window.session.send({ clientMessageId: 'a', text: 'a?', context });
    await window.session.messages.changeQueued({ id: 'a', text: 'What is it?' });
    const id = window.shown ?? '';
    await window.chats.answers.releaseLeases();
    window.session.dispose();
    const next = fixture.openWindow('any');
    await next.session.open(id);
    assert.deepEqual((await next.session.shown())?.queue, [{ id: 'a', text: 'What is it?', context }]);
    await next.session.askQueuedNow('a');
    await next.waitUntil(async () => (await next.messages()).at(3)?.status === 'complete');
    const question = (await next.messages())[2];
    assert.deepEqual(question?.sent, [item]);
    assert.deepEqual(
      question.attachments.map((file) => file.sha256),
      [sha256],
    );
    assert.match(JSON.stringify(fixture.server.generations.at(-1)?.body), /two long blasts/);
  });

  it('take nothing of what an import has put there for theirs', async () => {
    const put = (context: unknown) =>
      window.store.call('queue.put', { conversationId: window.shown ?? '', id: 'x', text: 'x?', context } as never);
    for (const context of [
      7,
      { sent: 7, attachments: 7 },
      { sent: [{ source: 1 }], attachments: [{ sha256: 1 }, null] },
    ]) {
      await put(context);
      assert.deepEqual((await window.session.shown())?.queue, [
        { id: 'x', text: 'x?', context: { sent: [], attachments: [] } },
      ]);
    }
    await put({ sent: [], attachments: [{ sha256: 'a'.repeat(64), name: 'theirs.txt', mimeType: 'text/plain' }] });
    await assert.rejects(window.session.askQueuedNow('x'), /“theirs.txt” is gone/);
    assert.equal((await queue()).length, 1, 'it waits on');
  });

  it('are refused when too much waits', async () => {
    await send('long', 'x'.repeat(1_000_000));
    await send('longer', 'x'.repeat(1_000_000));
    await assert.rejects(send('longest', 'x'.repeat(1_000_000)), /Too much is waiting/);
    assert.equal((await queue()).length, 2);
  });
});

describe('what a reader does with messages', () => {
  let fixture: ChatFixture;
  let window: TestWindow;

  beforeEach(async () => {
    fixture = await ChatFixture.start();
    window = fixture.openWindow('any');
    for (const text of ['First?', 'Second?']) await window.ask(text);
  });

  afterEach(() => fixture.stop());

  it('keeps what is said of an answer with it, and takes it back', async () => {
    const [question, answer] = await window.messages();
    assert.ok(question !== undefined && answer !== undefined);
    await window.session.messages.setFeedback(answer.id, 'bad');
    assert.deepEqual(
      (await window.messages()).map(({ feedback }) => feedback),
      [null, 'bad', null, null],
    );
    await window.session.messages.setFeedback(answer.id, null);
    assert.equal((await window.messages())[1]?.feedback, null);
    await assert.rejects(window.session.messages.setFeedback(question.id, 'good'));
  });

  it('deletes a turn with what follows, answers an earlier question again by another model, and tells the tree', async () => {
    const [, answer, second] = await window.messages();
    assert.ok(answer !== undefined && second !== undefined);
    const done = window.ended();
    await window.session.regenerate(answer.id, { provider: 'openai-compatible', model: 'other' });
    await done;
    assert.deepEqual(
      (await window.messages()).map(({ model }) => model?.model),
      [undefined, 'other'],
    );
    assert.equal((await window.session.messages.branches()).length, 5);
    await window.session.messages.showBranch(second.id);
    await window.session.messages.delete(second.id);
    assert.deepEqual(
      (await window.session.messages.branches()).map(({ id }) => id === answer.id),
      [false, true, false],
    );
  });
});
