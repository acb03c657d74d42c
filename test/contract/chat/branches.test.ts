import assert from 'node:assert/strict';
import type { ContextSource } from '../../../src/chat/context.ts';
import { offlineModel } from '../../../src/chat/offlineModel.ts';
import type { Message } from '../../../src/protocol/store.ts';
import { indexStatus, passage } from '../../unit/chat/passages.ts';
import { ChatFixture } from './chatFixture.ts';
import type { TestWindow } from './testWindow.ts';

const other = { provider: 'openai-compatible', model: 'other' };

describe('the branches of a chat', () => {
  let fixture: ChatFixture;
  let window: TestWindow;

  beforeEach(async () => {
    fixture = await ChatFixture.start();
    window = fixture.openWindow('any');
  });

  afterEach(() => fixture.stop());

  async function texts(): Promise<string[]> {
    return (await window.messages()).flatMap(({ role, content }) => (role === 'user' ? [content] : []));
  }

  async function message(at: number): Promise<Message> {
    const found = (await window.messages()).at(at);
    assert.ok(found);
    return found;
  }

  async function edit(at: number, text: string, clientMessageId = crypto.randomUUID()): Promise<void> {
    const done = window.ended();
    await window.session.editMessage({ messageId: (await message(at)).id, clientMessageId, text });
    await done;
  }

  /** The texts of the prompt that was sent last. */
  function lastPrompt(): string {
    return JSON.stringify(fixture.server.generations.at(-1)?.body);
  }

  it('begin with a question in other words, asked with what stands before it and nothing after', async () => {
    for (const text of ['First?', 'Second?', 'Third?']) await window.ask(text);
    const [second] = (await window.messages()).slice(2);
    window.model.current = other;
    await edit(2, 'Other?');
    assert.deepEqual(await texts(), ['First?', 'Other?']);
    assert.deepEqual((await message(2)).siblingIds, [second?.id, (await message(2)).id]);
    assert.deepEqual((await message(3)).model, other);
    assert.match(lastPrompt(), /First\?/);
    assert.doesNotMatch(lastPrompt(), /Second\?|Third\?/);
    await window.session.messages.showBranch(second?.id ?? '');
    assert.deepEqual(await texts(), ['First?', 'Second?', 'Third?']);
    assert.equal((await window.list())[0]?.messageCount, 8);
  });

  it('have a turn that is taken out, in all views, and go on from before it', async () => {
    for (const text of ['First?', 'Second?', 'Third?']) await window.ask(text);
    const beside = fixture.openBeside(window);
    await beside.session.open((await window.list())[0]?.id ?? '');
    const second = await message(2);
    const told = beside.next('conversation');
    await window.session.messages.takeOut(second.id);
    await told;
    assert.deepEqual(await texts(), ['First?']);
    assert.equal((await beside.messages()).length, 2);
    await window.ask('Instead?');
    assert.doesNotMatch(lastPrompt(), /Second\?|Third\?/);
    assert.deepEqual((await message(2)).siblingIds, [second.id, (await message(2)).id]);
    await beside.session.messages.showBranch(second.id);
    assert.deepEqual(await texts(), ['First?', 'Second?', 'Third?']);
  });

  it('can begin with the first question of all, and nothing of the old one is sent', async () => {
    await window.ask('First?');
    await edit(0, 'Instead?');
    assert.deepEqual(await texts(), ['Instead?']);
    assert.doesNotMatch(lastPrompt(), /First\?/);
    assert.equal((await window.list()).length, 1);
  });

  it('begin once, however often they are asked for', async () => {
    await window.ask('First?');
    const { id: messageId } = await message(0);
    const edited = { messageId, clientMessageId: 'once', text: 'Other?' };
    const done = window.ended();
    await window.session.editMessage(edited);
    await done;
    await window.session.messages.showBranch(messageId);
    await window.session.editMessage(edited);
    assert.equal((await message(0)).siblingIds.length, 2);
    assert.equal(fixture.server.generations.length, 2);
  });

  it('begin with another answer, also by another model, and each stays', async () => {
    await window.ask('First?');
    const first = await message(1);
    const done = window.ended();
    await window.session.regenerate(first.id, other);
    await done;
    assert.deepEqual((await message(1)).model, other);
    await window.session.messages.showBranch(first.id);
    assert.deepEqual({ ...(await message(1)), siblingIds: [] }, { ...first, siblingIds: [] });
    await window.ask('And?');
    assert.deepEqual(await texts(), ['First?', 'And?']);
  });

  it('are shown where a message is looked for, and stay where it is shown already', async () => {
    await window.ask('First?');
    const first = await message(1);
    await edit(0, 'Other?');
    const { id } = await message(1);
    const conversationId = first.conversationId;
    await window.session.open(null);
    await window.session.open(conversationId, first.id);
    assert.deepEqual(await texts(), ['First?']);
    await window.session.open(conversationId, id);
    assert.deepEqual(await texts(), ['Other?']);
    await window.session.open(conversationId, 'nowhere');
    assert.deepEqual(await texts(), ['Other?']);
  });

  it('are told to the view whole, and to other windows', async () => {
    const reader = fixture.openWindow('any');
    await window.ask('First?');
    await reader.session.open((await window.list())[0]?.id ?? '');
    await edit(0, 'Other?');
    await reader.waitUntil(async () => (await reader.messages())[0]?.content === 'Other?');
    await reader.until(
      (event) => event.type === 'conversation' && event.conversation?.messages[0]?.content === 'Other?',
    );
  });

  it('begin in the middle of an answer, which stops and stays in its own branch', async () => {
    window.model.current = { provider: 'openai-compatible', model: 'stall' };
    void window.ask('First?');
    await window.until((event) => event.type === 'delta');
    window.model.current = { provider: 'openai-compatible', model: 'echo-large' };
    const { id: first } = await message(0);
    await window.session.editMessage({ messageId: first, clientMessageId: crypto.randomUUID(), text: 'Other?' });
    await window.waitUntil(async () => (await window.messages())[1]?.status === 'complete');
    assert.deepEqual(await texts(), ['Other?']);
    await window.session.messages.showBranch(first);
    const stopped = await message(1);
    assert.equal(stopped.status, 'stopped');
    assert.match(stopped.content, /^The first/);
  });

  it('wait while an answer is written, and refuse what is not there', async () => {
    window.model.current = { provider: 'openai-compatible', model: 'stall' };
    const running = window.ask('First?');
    await window.until((event) => event.type === 'delta');
    const { id: messageId } = await message(0);
    const edited = { messageId, clientMessageId: 'a', text: 'Other?' };
    await assert.rejects(window.session.messages.showBranch(messageId), { code: 'conflict' });
    await window.session.stop();
    await running;
    await assert.rejects(window.session.editMessage({ ...edited, text: ' ' }), { code: 'invalid' });
    await assert.rejects(window.session.editMessage({ ...edited, messageId: 'nowhere' }), { code: 'not-found' });
    await assert.rejects(window.session.regenerate('nowhere'), { code: 'not-found' });
    await assert.rejects(window.session.continueAnswer('nowhere'), { code: 'not-found' });
    await assert.rejects(window.session.messages.showBranch('nowhere'), { code: 'not-found' });
    await window.session.open(null);
    await assert.rejects(window.session.messages.showBranch(messageId), { code: 'not-found' });
  });

  describe('go on where an answer was cut:', () => {
    const half = 'The first half of ';

    /** Goes on with the last answer; the model says this. */
    async function goOn(text: string): Promise<Message> {
      fixture.server.enqueue({ type: 'answer', text });
      const done = window.ended();
      await window.session.continueAnswer((await message(-1)).id);
      await done;
      return message(-1);
    }

    async function stopped(): Promise<void> {
      window.model.current = { provider: 'openai-compatible', model: 'stall' };
      const running = window.ask('Why?');
      await window.waitUntil(async () => (await window.messages())[1]?.content === half);
      await window.session.stop();
      await running;
    }

    it('one that was stopped, by the model that had begun, without a word twice', async () => {
      await stopped();
      window.model.current = other;
      const answer = await goOn('half of the answer, and the second.');
      assert.equal(answer.content, `${half}the answer, and the second.`);
      assert.deepEqual([answer.status, answer.error, answer.resumeCount], ['complete', null, 1]);
      assert.equal(answer.model?.model, 'stall');
      assert.equal(window.told(answer.id), answer.content, 'the pieces that were told have no hole');
      const { messages } = fixture.server.generations.at(-1)?.body as {
        messages: { role: string; content: unknown }[];
      };
      assert.deepEqual(
        messages.slice(-3).map(({ role }) => role),
        ['user', 'assistant', 'user'],
      );
      assert.ok(JSON.stringify(messages.at(-2)).includes(half.trim()));
      assert.equal((await window.messages()).length, 2);
    });

    for (const model of ['cut', 'reset', 'failure', 'length']) {
      it(`one that ended with “${model}”`, async () => {
        window.model.current = { provider: 'openai-compatible', model };
        await window.ask('Why?');
        const before = await message(1);
        const answer = await goOn('and its end.');
        assert.equal(answer.content, `${before.content}and its end.`);
        assert.deepEqual([answer.status, answer.error, answer.finishReason], ['complete', null, 'stop']);
      });
    }

    it('one whose window is gone', async () => {
      const gone = fixture.openWindow('stall');
      void gone.ask('Why?');
      await gone.waitUntil(async () => (await gone.messages())[1]?.content === half);
      await gone.chats.answers.releaseLeases();
      await window.session.open((await window.list())[0]?.id ?? '');
      assert.equal((await message(1)).status, 'interrupted');
      assert.equal((await goOn('it all.')).content, `${half}it all.`);
    });

    it('more than once', async () => {
      await stopped();
      fixture.server.enqueue({ type: 'cut', text: 'one, of ' });
      const done = window.ended();
      await window.session.continueAnswer((await message(-1)).id);
      await done;
      assert.equal((await message(-1)).status, 'failed');
      assert.equal((await goOn('two.')).content, `${half}one, of two.`);
      assert.equal((await message(-1)).resumeCount, 2);
    });

    it('but not one that is complete; and what only quotes answers again', async () => {
      await window.ask('Why?');
      await assert.rejects(window.session.continueAnswer((await message(1)).id), { code: 'invalid' });
      window.model.current = offlineModel;
      await window.ask('Where?');
      const quoted = await message(-1);
      const done = window.ended();
      await window.session.continueAnswer(quoted.id);
      await done;
      assert.notEqual((await message(-1)).id, quoted.id);
      assert.deepEqual((await message(-1)).siblingIds.length, 2);
    });

    it('so that what it has cited keeps its numbers, whatever is found now', async () => {
      let found = [passage(), passage({ path: 'src/second.ts' })];
      const workspace: ContextSource = {
        search: () => Promise.resolve(found),
        countTokens: (counted) => Promise.resolve(counted.map(() => 10)),
        settled: () => Promise.resolve(indexStatus()),
      };
      window = fixture.openWindow('any', workspace);
      await stopped();
      found = [passage({ path: 'src/new.ts' }), passage({ path: 'src/second.ts' })];
      const answer = await goOn('it.');
      assert.deepEqual(
        answer.context.map(({ path }) => path),
        ['src/session.ts', 'src/second.ts', 'src/new.ts'],
      );
      assert.match(lastPrompt(), /number=\\"3\\" path=\\"src\/new\.ts/);
      assert.match(lastPrompt(), /number=\\"2\\" path=\\"src\/second\.ts/);
    });
  });

  it('lose nothing when the thread of the store is killed in mid-answer, again and again', async () => {
    const { window: own, kill } = fixture.openWindowWithWorker('any');
    window = own;
    const text = Array.from({ length: 300 }, (_, at) => `Word ${at}. `).join('');
    fixture.server.enqueue({ type: 'answer', text, chunkSize: 20 });
    const done = window.ended();
    await window.session.send({ clientMessageId: 'a', text: 'Count!' });
    for (const share of [0.2, 0.4, 0.6]) {
      await window.waitUntil(async () => ((await message(1)).content.length ?? 0) > text.length * share);
      kill();
    }
    await done;
    const answer = await message(1);
    assert.deepEqual([answer.content, answer.status], [text, 'complete']);
    assert.equal(window.told(answer.id), text);
  });
}).timeout(30_000);
