import assert from 'node:assert/strict';
import type { Message } from '../../../src/protocol/store.ts';
import { ChatFixture } from './chatFixture.ts';
import type { TestWindow } from './testWindow.ts';

const half = 'The first half of ';

describe('answers of several models to one question', () => {
  let fixture: ChatFixture;
  let window: TestWindow;

  beforeEach(async () => {
    fixture = await ChatFixture.start();
    window = fixture.openWindow('any');
  });
  afterEach(() => fixture.stop());

  const compared = async (shown = window): Promise<readonly Message[]> =>
    (await shown.session.shown())?.comparison ?? [];
  const states = async (shown = window) => (await compared(shown)).map(({ status }) => status);
  const idOf = async (at: number): Promise<string> => (await compared())[at]?.id ?? '';

  /** Asks the window’s model and these. */
  async function ask(...models: string[]): Promise<void> {
    const otherModels = models.map((model) => ({ provider: 'openai-compatible', model }));
    await window.session.send({ clientMessageId: crypto.randomUUID(), text: 'Why?', otherModels });
  }

  /** Until the second one has come as far as it does, and the first is whole. */
  async function stalled(): Promise<void> {
    await window.waitUntil(async () => {
      const [first, second] = await compared();
      return first?.status === 'complete' && second?.content === half;
    });
  }

  it('are written each by its own model, from the same prompt, with what each used and its own error', async () => {
    await ask('other', 'status-401');
    await window.waitUntil(() => Promise.resolve(!window.session.isAnswering));
    const answers = await compared();
    assert.deepEqual(
      answers.map(({ model, status, outputTokens }) => [model?.model, status, outputTokens]),
      [
        ['any', 'complete', 7],
        ['other', 'complete', 7],
        ['status-401', 'failed', null],
      ],
    );
    assert.equal(answers[2]?.error?.kind, 'auth');
    const prompts = fixture.server.generations.map(({ body }) => body as { model: string; messages: unknown });
    assert.deepEqual(prompts.map(({ model }) => model).sort(), ['any', 'other', 'status-401']);
    for (const { messages } of prompts) assert.deepEqual(messages, prompts[0]?.messages);
    for (const { id, content } of answers.slice(0, 2)) assert.equal(window.told(id), content);
  });

  it('go on while one of them is stopped', async () => {
    await ask('stall');
    await stalled();
    fixture.server.chunkDelayMs = 20;
    await window.session.regenerate(await idOf(0));
    await window.session.stop(await idOf(1));
    assert.deepEqual(await states(), ['running', 'stopped']);
    await window.waitUntil(async () => (await states())[0] === 'complete');
    assert.equal((await compared())[1]?.content, half, 'what came stays');
  });

  it('end when one is kept, and the chat goes on with that one', async () => {
    await ask('stall');
    await stalled();
    const [first, second] = await compared();
    assert.ok(first !== undefined && second !== undefined);
    await window.session.messages.keep(first.id);
    assert.equal(window.session.isAnswering, false);
    assert.deepEqual(await compared(), []);
    await window.ask('And then?');
    const messages = await window.messages();
    assert.deepEqual([messages[1]?.id, messages.length], [first.id, 4]);
    assert.doesNotMatch(JSON.stringify(fixture.server.generations.at(-1)?.body), new RegExp(half));
    await window.session.messages.showBranch(second.id);
    const [, other] = await window.messages();
    assert.deepEqual([other?.status, other?.content], ['stopped', half], 'the other one stays as a version');
  });

  it('end when one is kept that is still written, which comes to its end', async () => {
    fixture.server.chunkDelayMs = 20;
    await ask('other');
    const kept = await idOf(1);
    await window.session.messages.keep(kept);
    await window.waitUntil(() => Promise.resolve(!window.session.isAnswering));
    const answer = (await window.messages())[1];
    assert.deepEqual([answer?.id, answer?.status], [kept, 'complete']);
    assert.equal(window.told(kept), answer?.content);
  });

  it('are there after the window is gone in the middle, as far as they came; each can be asked for again', async () => {
    await ask('stall');
    await stalled();
    await window.chats.answers.releaseLeases();
    const next = fixture.openWindow('any');
    await next.session.open((await window.list())[0]?.id ?? '');
    assert.deepEqual(await states(next), ['complete', 'interrupted']);
    const cut = (await compared(next))[1];
    assert.equal(cut?.content, half);
    await next.session.regenerate(cut.id, { provider: 'openai-compatible', model: 'other' });
    await next.waitUntil(() => Promise.resolve(!next.session.isAnswering));
    const answers = await compared(next);
    assert.deepEqual(
      answers.map(({ model, status }) => [model?.model, status]),
      [
        ['any', 'complete'],
        ['other', 'complete'],
      ],
    );
  });
});
