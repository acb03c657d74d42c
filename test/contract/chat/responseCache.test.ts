import assert from 'node:assert/strict';
import { modelError } from '../../../src/models/modelError.ts';
import type { Message } from '../../../src/protocol/store.ts';
import { ChatFixture } from './chatFixture.ts';
import type { TestWindow } from './testWindow.ts';

describe('an answer that is kept', () => {
  let fixture: ChatFixture;
  let window: TestWindow;
  let temperature: number | null;

  beforeEach(async () => {
    temperature = 0;
    fixture = await ChatFixture.start();
    fixture.manner = (_setup, model) => ({ as: { mode: 'ask', persona: null }, prompt: '', temperature, model });
    window = fixture.openWindow('any');
  });

  afterEach(() => fixture.stop());

  /** Asks in a new chat, of which `answer` is said where the model is asked; gives what is shown. */
  async function ask(text: string, answer: string, asker = window): Promise<Message> {
    fixture.server.enqueue({ type: 'answer', text: answer });
    await asker.session.open(null);
    await asker.ask(text);
    return await last(asker);
  }
  async function last(asker = window): Promise<Message> {
    const message = (await asker.messages()).at(-1);
    assert.ok(message);
    return message;
  }
  const asked = (): number => fixture.server.generations.length;

  it('is shown again to the same question, in whatever window, and says when it was written', async () => {
    const first = await ask('Why?', 'So.');
    const second = await ask('Why?', 'Otherwise.', fixture.openWindow('any'));
    assert.deepEqual([second.content, second.status, second.finishReason], ['So.', 'complete', 'stop']);
    assert.equal(first.savedAt, undefined);
    assert.ok(second.savedAt !== undefined && second.savedAt >= first.createdAt && second.savedAt <= second.createdAt);
    assert.deepEqual([second.inputTokens, second.outputTokens], [first.inputTokens, first.outputTokens]);
    assert.equal(asked(), 1);
  });

  it('is shown also where no more may be spent, which keeps another question from being sent', async () => {
    await ask('Why?', 'So.');
    fixture.admit = () =>
      Promise.reject(modelError({ kind: 'refused', actions: ['change-budget'] }, 'Today’s budget is used up.'));
    const second = await ask('Why?', 'Otherwise.');
    assert.deepEqual([second.content, second.status, second.savedAt !== undefined], ['So.', 'complete', true]);
    const other = await ask('Why not?', 'Not so.');
    assert.deepEqual([other.content, other.error?.message, asked()], ['', 'Today’s budget is used up.', 1]);
  });

  it('is shown with what the model thought', async () => {
    fixture.server.enqueue({ type: 'answer', text: 'So.', reasoning: 'Hm.' });
    await window.ask('Why?');
    const { content, reasoning } = await ask('Why?', 'Otherwise.');
    assert.deepEqual([content, reasoning, asked()], ['So.', 'Hm.', 1]);
  });

  it('is not shown to another question, model, conversation or key', async () => {
    await ask('Why?', 'So.');
    assert.equal((await ask('Why not?', 'Not so.')).content, 'Not so.');
    assert.equal((await ask('Why?', 'By another.', fixture.openWindow('other'))).content, 'By another.');
    fixture.keys.set('openai-compatible', 'sk-another');
    assert.equal((await ask('Why?', 'By another key.')).content, 'By another key.');
    fixture.server.enqueue({ type: 'answer', text: 'Later.' });
    await window.ask('Why?');
    assert.deepEqual([(await last()).content, asked()], ['Later.', 5]);
  });

  it('belongs to the key that it came by, where a second one stepped in', async () => {
    fixture.keys.set('openai-compatible', 'sk-first');
    fixture.otherKeys.set('openai-compatible', 'sk-second');
    fixture.server.enqueue({ type: 'status', status: 429, retryAfter: '3600' });
    assert.equal((await ask('Why?', 'By the second.')).content, 'By the second.');
    assert.equal((await ask('Why?', 'By the first.')).content, 'By the first.');
    assert.equal((await ask('Why?', 'Otherwise.')).content, 'By the first.');
    fixture.keys.set('openai-compatible', 'sk-second');
    assert.deepEqual([(await ask('Why?', 'Otherwise.')).content, asked()], ['By the second.', 3]);
  });

  it('is neither shown nor renewed by “Answer again”, but replaced', async () => {
    const first = await ask('Why?', 'So.');
    fixture.server.enqueue({ type: 'answer', text: 'Better.' });
    const ended = window.ended();
    await window.session.regenerate(first.id);
    await ended;
    assert.deepEqual([(await last()).content, (await last()).savedAt], ['Better.', undefined]);
    assert.deepEqual([(await ask('Why?', 'Otherwise.')).content, asked()], ['Better.', 2]);
  });

  it('is gone once the cache is cleared', async () => {
    await ask('Why?', 'So.');
    const cleared = { what: 'cache', keepsPinned: true, withBackups: false, dryRun: false } as const;
    assert.equal((await window.store.call('library.clear', cleared)).cachedAnswers, 1);
    assert.equal((await ask('Why?', 'Otherwise.')).content, 'Otherwise.');
  });

  for (const [setting, warm, isShown] of [
    ['none', 0, false],
    ['deterministic', null, false],
    ['deterministic', 0.7, false],
    ['all', null, true],
    ['all', 0.7, true],
  ] as const) {
    it(`is ${isShown ? '' : 'not '}shown at temperature ${warm} where the setting is “${setting}”`, async () => {
      fixture.responseCache = setting;
      temperature = warm;
      await ask('Why?', 'So.');
      assert.equal((await ask('Why?', 'Otherwise.')).content, isShown ? 'So.' : 'Otherwise.');
    });
  }

  for (const [what, scenario] of Object.entries({
    'was cut off by the connection': { type: 'cut', text: 'So' },
    'reached the longest that is allowed': { type: 'answer', text: 'So', end: 'length' },
    'was ended by a content filter': { type: 'answer', text: 'So', end: 'content-filter' },
  } as const)) {
    it(`is none that ${what}`, async () => {
      fixture.server.enqueue(scenario);
      await window.ask('Why?');
      assert.equal((await ask('Why?', 'Whole.')).content, 'Whole.');
    });
  }

  it('is none that was stopped', async () => {
    fixture.server.enqueue({ type: 'stall', text: 'So' });
    await window.session.send({ clientMessageId: 'a', text: 'Why?' });
    await window.until((event) => event.type === 'delta');
    await window.session.stop();
    assert.equal((await ask('Why?', 'Whole.')).content, 'Whole.');
  });
});
