import assert from 'node:assert/strict';
import type { Message } from '../../../src/protocol/store.ts';
import { ChatFixture } from './chatFixture.ts';
import type { TestWindow } from './testWindow.ts';

describe('the models of a role', () => {
  const provider = 'openai-compatible';
  let fixture: ChatFixture;
  let window: TestWindow;

  beforeEach(async () => {
    fixture = await ChatFixture.start();
    window = fixture.openWindow('first');
  });

  afterEach(() => fixture.stop());

  const asked = (): unknown[] => fixture.server.generations.map(({ body }) => (body as { model: unknown }).model);
  const standIns = (...models: string[]): void => {
    fixture.fallbacks.set(
      'chat',
      models.map((model) => ({ provider, model })),
    );
  };
  async function answer(): Promise<Message> {
    await window.ask('Why?');
    const message = (await window.messages()).at(-1);
    assert.ok(message);
    return message;
  }

  for (const [what, scenario] of Object.entries({
    'refuses its key': { type: 'status', status: 401 },
    'is not there': { type: 'status', status: 404, message: 'The model does not exist.' },
    'has had too many requests': { type: 'status', status: 429, retryAfter: '3600' },
    'sends a web page': { type: 'html' },
    'says nothing': { type: 'nothing' },
  } as const)) {
    it(`answers with the next model where the first ${what}, and says so`, async () => {
      standIns('second');
      fixture.server.enqueue(scenario, { type: 'answer', text: 'So.' });
      const { content, status, model, handedOn } = await answer();
      assert.deepEqual([content, status, model?.model], ['So.', 'complete', 'second']);
      assert.deepEqual(handedOn?.from, { provider, model: 'first' });
      assert.match(handedOn.because, /\w/);
      assert.deepEqual(asked(), ['first', 'second']);
    });
  }

  it('tells the view who answers before the answer is over', async () => {
    standIns('second');
    fixture.server.enqueue({ type: 'status', status: 401 }, { type: 'stall', text: 'So' });
    await window.session.send({ clientMessageId: 'a', text: 'Why?' });
    await window.until((event) => event.type === 'message' && event.message.handedOn !== undefined);
    assert.equal((await window.messages()).at(-1)?.status, 'running');
    await window.session.stop();
  });

  it('asks nobody else where nobody else is set', async () => {
    fixture.server.enqueue({ type: 'status', status: 401 });
    const { status, handedOn } = await answer();
    assert.deepEqual([status, handedOn, asked()], ['failed', undefined, ['first']]);
  });

  it('never takes over an answer that has begun', async () => {
    standIns('second');
    fixture.server.enqueue({ type: 'cut', text: 'So' });
    const { content, status } = await answer();
    assert.deepEqual([content, status, asked()], ['So', 'failed', ['first']]);
  });

  it('asks nobody else what a model withholds or is too long for it', async () => {
    standIns('second');
    const message = 'This model’s maximum context length is 4096 tokens.';
    fixture.server.enqueue({ type: 'status', status: 400, message });
    assert.deepEqual([(await answer()).status, asked()], ['failed', ['first']]);
  });

  it('asks each once, in order, and tells what was wrong with the first when all fail', async () => {
    standIns('second', 'first', 'third', 'second');
    const refused = { type: 'status', status: 401 } as const;
    fixture.server.enqueue({ type: 'status', status: 404, message: 'The model does not exist.' }, refused, refused);
    const { status, error } = await answer();
    assert.deepEqual([status, error?.kind, asked()], ['failed', 'not-found', ['first', 'second', 'third']]);
    assert.match(error?.message ?? '', /has no model “first”.* failed too: second and third\.$/s);
  });

  it('stops with the reader, also between two', async () => {
    standIns('second');
    fixture.server.enqueue({ type: 'silence' });
    await window.session.send({ clientMessageId: 'a', text: 'Why?' });
    await window.waitUntil(() => Promise.resolve(asked().length === 1));
    await window.session.stop();
    assert.deepEqual([(await window.messages()).at(-1)?.status, asked()], ['stopped', ['first']]);
  });

  it('tells the view that it waits before it asks again, and that it does no longer', async () => {
    fixture.server.enqueue({ type: 'status', status: 503, retryAfter: '1' }, { type: 'answer', text: 'So.' });
    await window.session.send({ clientMessageId: 'a', text: 'Why?' });
    await window.until(
      (event) =>
        event.type === 'held' &&
        event.held?.why === 'retry' &&
        event.held.attempt === 2 &&
        event.held.attempts === 3 &&
        event.held.provider === 'OpenAI-compatible server',
    );
    await window.until((event) => event.type === 'held' && event.held === null);
    await window.waitUntil(async () => (await window.messages()).at(-1)?.status === 'complete');
    assert.equal((await window.messages()).at(-1)?.content, 'So.');
  });

  it('stops with the reader while it waits', async () => {
    fixture.server.enqueue({ type: 'status', status: 503, retryAfter: '20' });
    await window.session.send({ clientMessageId: 'a', text: 'Why?' });
    await window.until((event) => event.type === 'held' && event.held !== null);
    await window.session.stop();
    await window.until((event) => event.type === 'held' && event.held === null);
    assert.deepEqual([(await window.messages()).at(-1)?.status, asked()], ['stopped', ['first']]);
  });

  it('has a title made by the model that is set for titles', async () => {
    fixture.titlesByModel = true;
    fixture.roleModels.set('title', { provider, model: 'titles' });
    fixture.server.enqueue({ type: 'answer' }, { type: 'answer', text: 'Reasons' });
    await window.ask('Why?');
    await window.waitUntil(async () => (await window.list())[0]?.title === 'Reasons');
    assert.deepEqual(asked(), ['first', 'titles']);
  });

  it('has a summary made by the model that is set for summaries', async () => {
    fixture.roleModels.set('summary', { provider, model: 'summaries' });
    for (let times = 0; times < 3; times++) await answer();
    fixture.server.enqueue({ type: 'answer', text: 'They asked why.' });
    await fixture.shownWindow(window).compact();
    assert.equal(asked().at(-1), 'summaries');
  });
});
