import assert from 'node:assert/strict';
import { SextantError } from '../../../src/base/errors.ts';
import type { ContextSource } from '../../../src/chat/context.ts';
import { offlineModel } from '../../../src/chat/offlineModel.ts';
import type { Store } from '../../../src/storage/openStore.ts';
import type { ModelServer } from '../../fixtures/modelServer.ts';
import { indexStatus, passage } from '../../unit/chat/passages.ts';
import { ChatFixture } from './chatFixture.ts';

/** An index that always finds the same passage: what the search finds is the index's own to test. */
const workspace: ContextSource = {
  search: () => Promise.resolve([passage()]),
  countTokens: (texts) => Promise.resolve(texts.map(() => 10)),
  settled: () => Promise.resolve(indexStatus()),
};

describe('the chat session, with the real store and a real server', () => {
  let fixture: ChatFixture;
  let server: ModelServer;

  beforeEach(async () => {
    fixture = await ChatFixture.start();
    ({ server } = fixture);
  });

  afterEach(() => fixture.stop());

  const openWindow: ChatFixture['openWindow'] = (...window) => fixture.openWindow(...window);

  it('stores the question and streams the answer, which is on disk before it is told', async () => {
    const window = openWindow('any');
    const checks: Promise<void>[] = [];
    window.session.onDidChange((event) => {
      if (event.type !== 'delta') return;
      const seen = event.offset + event.text.length;
      checks.push(
        window.messages().then((messages) => {
          assert.ok((messages.at(-1)?.content.length ?? 0) >= seen, 'what was told is on disk');
        }),
      );
    });
    await window.ask('What does the session do?');
    const [question, answer] = await window.messages();
    assert.equal(question?.content, 'What does the session do?');
    assert.equal(answer?.status, 'complete');
    assert.match(answer.content, /What does the session do\?/);
    assert.equal(window.told(answer.id), answer.content);
    assert.ok(checks.length > 1);
    await Promise.all(checks);
  });

  it('sends the conversation before it, and titles the chat after the first question', async () => {
    const window = openWindow('any');
    await window.ask('First?');
    await window.ask('Second?');
    const sent = JSON.stringify(server.requests.at(-1)?.body);
    assert.match(sent, /First\?/);
    const list = await window.list();
    assert.deepEqual(
      list.map(({ title, messageCount }) => [title, messageCount]),
      [['First?', 4]],
    );
  });

  it('sends passages along, says which, and keeps their place with the answer', async () => {
    const window = openWindow('any', workspace);
    await window.ask('How do sessions expire?');
    const [, answer] = await window.messages();
    assert.deepEqual(
      answer?.context.map(({ path: file, startLine, endLine, symbol }) => [file, startLine, endLine, symbol]),
      [['src/session.ts', 10, 12, 'Session.expire']],
    );
    assert.match(JSON.stringify(server.requests[0]?.body), /this\.sessions\.clear/);
    assert.match(answer?.content ?? '', /src\/session\.ts/, 'the server echoes the paths it was given');
  });

  it('sends no file content when the workspace context is off', async () => {
    await openWindow('any').ask('How do sessions expire?');
    assert.doesNotMatch(JSON.stringify(server.requests[0]?.body), /passage/);
  });

  it('answers without passages when the index fails, and says why when only the index could answer', async () => {
    const broken: ContextSource = { ...workspace, search: () => Promise.reject(new Error('The index is broken.')) };
    const window = openWindow('any', broken);
    await window.ask('How do sessions expire?');
    assert.equal((await window.messages())[1]?.status, 'complete');
    window.model.current = offlineModel;
    await window.ask('How do sessions expire?');
    const [, , , failed] = await window.messages();
    assert.equal(failed?.status, 'failed');
    assert.match(failed.error?.message ?? '', /The index is broken/);
  });

  it('answers offline without any request', async () => {
    const window = openWindow(offlineModel, workspace);
    await window.ask('How do sessions expire?');
    const [, answer] = await window.messages();
    assert.match(answer?.content ?? '', /\[src\/session\.ts:10-12\]\(sextant-source:1\)/);
    assert.equal(server.requests.length, 0);
  });

  it('keeps what came when the user stops', async () => {
    const window = openWindow('stall');
    const running = window.ask('Go on');
    await window.until((event) => event.type === 'delta');
    await window.session.stop();
    await running;
    const [, answer] = await window.messages();
    assert.equal(answer?.status, 'stopped');
    assert.equal(answer.error, null);
    assert.ok(answer.content.length > 0);
    assert.equal(window.session.isAnswering, false);
  });

  const failures = [
    { model: 'status-401', kind: 'auth', action: 'set-key' },
    { model: 'status-404', kind: 'not-found', action: 'pick-model' },
    { model: 'html', kind: 'bad-response', action: 'edit-endpoint' },
  ] as const;
  for (const { model, kind, action } of failures) {
    it(`shows ${model} as a card that says what to do, and answers again with another model`, async () => {
      const window = openWindow(model);
      await window.ask('Why?');
      const [question, failed] = await window.messages();
      assert.equal(failed?.status, 'failed');
      assert.equal(failed.error?.kind, kind);
      assert.ok(failed.error.actions.includes(action), JSON.stringify(failed.error));
      window.model.current = { provider: 'openai-compatible', model: 'any' };
      const done = window.ended();
      await window.session.regenerate(failed.id);
      await done;
      const after = await window.messages();
      assert.equal(after.length, 2, 'the branch that is shown has the new answer');
      assert.equal(after[0]?.id, question?.id);
      assert.notEqual(after[1]?.id, failed.id);
      assert.equal(after[1]?.status, 'complete');
    });
  }

  it('keeps half an answer, with the reason why it is no more', async () => {
    const window = openWindow('cut');
    await window.ask('Why?');
    const [, answer] = await window.messages();
    assert.equal(answer?.status, 'failed');
    assert.ok(answer.content.length > 0);
    assert.match(answer.error?.message ?? '', /cut|ended|incomplete/i);
  });

  it('stores the end of an answer although the store died on the way there', async () => {
    let deaths = 0;
    const finish: Store['handlers']['turns.finish'] = async (end, signal) => {
      if (++deaths === 1) throw new SextantError('closed', 'The other side has gone away. Try again.');
      await fixture.store.handlers['turns.finish'](end, signal);
    };
    const dying = { ...fixture.store, handlers: { ...fixture.store.handlers, 'turns.finish': finish } };
    const window = openWindow('any', null, dying);
    await window.ask('Why?');
    assert.equal(deaths, 2);
    assert.equal((await window.messages())[1]?.status, 'complete');
  });

  it('reads the key anew for each answer, once, also where another was begun in vain', async () => {
    const provider = 'openai-compatible';
    const window = openWindow('any');
    const reads = async (key: string, act: () => Promise<unknown>): Promise<readonly unknown[]> => {
      fixture.keys.set(provider, key);
      fixture.keysRead.length = 0;
      await act();
      assert.equal(server.requests.at(-1)?.headers['authorization'], `Bearer ${key}`);
      return fixture.keysRead;
    };
    assert.deepEqual(await reads('sk-one', () => window.ask('One?')), ['sk-one']);
    assert.deepEqual(await reads('sk-two', () => window.ask('Two?')), ['sk-two']);
    const [, answer] = await window.messages();
    assert.ok(answer);
    const again = async (): Promise<void> => {
      const done = window.ended();
      await window.session.regenerate(answer.id);
      await done;
    };
    assert.deepEqual(await reads('sk-three', again), ['sk-three']);
    // The store has taken this question before: nobody answers it, and its key serves nobody else.
    fixture.keys.set(provider, 'sk-in-vain');
    const sent = { clientMessageId: crypto.randomUUID(), text: 'Four?' };
    const done = window.ended();
    await window.session.send(sent);
    await done;
    await window.session.send(sent);
    assert.deepEqual(await reads('sk-five', () => window.ask('Five?')), ['sk-five']);
  });

  it('asks once when the same question is sent twice', async () => {
    const window = openWindow('any');
    const question = { clientMessageId: 'once', text: 'Once?' };
    const done = window.ended();
    const first = await window.session.send(question);
    await done;
    assert.deepEqual(await window.session.send(question), first);
    assert.equal((await window.messages()).length, 2);
    assert.equal(server.requests.length, 1);
  });

  it('asks once when the first question of a chat is sent again because its reply was lost', async () => {
    const window = openWindow('any');
    const question = { clientMessageId: 'once', text: 'Once?' };
    const done = window.ended();
    await window.session.send(question);
    await done;
    await window.session.open(null);
    await window.session.send(question);
    assert.equal((await window.list()).length, 1);
    assert.equal((await window.messages()).length, 2);
    assert.equal(server.requests.length, 1);
  });

  it('answers again once when that is asked for twice at the same time', async () => {
    const window = openWindow('any');
    await window.ask('Why?');
    const answer = (await window.messages())[1];
    assert.ok(answer);
    const done = window.ended();
    await Promise.all([window.session.regenerate(answer.id), window.session.regenerate(answer.id)]);
    await done;
    assert.equal(server.requests.length, 2);
  });

  it('asks the second of two questions that are sent at the same time after the first', async () => {
    const window = openWindow('any');
    await window.ask('First?');
    await Promise.all(
      ['Second?', 'Third?'].map((text) => window.session.send({ clientMessageId: crypto.randomUUID(), text })),
    );
    await window.waitUntil(async () => (await window.messages()).at(5)?.status === 'complete');
    const asked = (await window.messages()).filter(({ role }) => role === 'user').map(({ content }) => content);
    assert.deepEqual(asked, ['First?', 'Second?', 'Third?']);
  });

  it('shows the chat that was opened last, however the answers of the store arrive', async () => {
    const window = openWindow('any');
    await window.ask('First?');
    const first = await window.session.shown();
    assert.ok(first);
    await Promise.all([window.session.open(first.id), window.session.open(null)]);
    assert.equal(window.shown, null);
    assert.equal(await window.session.shown(), null);
  });

  it('stays with the new chat although another window shows an old one', async () => {
    const [here, there] = [openWindow('any'), openWindow('any')];
    await here.ask('Old?');
    await here.session.open(null);
    await there.ask('Other?');
    await here.session.restore();
    assert.equal(await here.session.shown(), null);
    const opened = openWindow('any');
    await opened.session.restore();
    assert.equal((await opened.messages())[0]?.content, 'Other?', 'a window that opens shows what was shown last');
  });

  it('refuses an empty question and takes one of a megabyte', async () => {
    const window = openWindow('any', workspace);
    await assert.rejects(window.session.send({ clientMessageId: 'a', text: ' \n' }), /Type a question/);
    assert.equal(await window.session.shown(), null);
    const long = 'long question '.repeat(74_000);
    await window.ask(long);
    assert.equal((await window.messages())[0]?.content, long);
    await assert.rejects(
      window.session.send({ clientMessageId: 'b', text: 'x'.repeat(1_048_577) }),
      /million characters/,
    );
  });

  it('ends the run of a chat that is deleted, and shows a new chat', async () => {
    const window = openWindow('stall');
    const running = window.ask('Go on');
    await window.until((event) => event.type === 'delta');
    const [shown] = await window.list();
    assert.ok(shown);
    await window.session.delete([shown.id]);
    await running;
    assert.equal(await window.session.shown(), null);
    assert.deepEqual(await window.list(), []);
  });

  it('ends the run of a chat that is deleted with its folder, before that', async () => {
    const window = openWindow('stall');
    await window.store.call('folders.create', { id: 'outer', name: 'Outer', parentId: null });
    await window.store.call('folders.create', { id: 'inner', name: 'Inner', parentId: 'outer' });
    const { conversationId } = await window.session.send({ clientMessageId: 'a', text: 'Go on' });
    await window.until((event) => event.type === 'delta');
    await window.session.update([conversationId], { folderId: 'inner' });
    const deleted = await window.session.deleteFolder({ id: 'outer', conversations: 'delete' });
    assert.deepEqual(deleted, [conversationId]);
    assert.equal(await window.session.shown(), null);
    await window.session.undelete(deleted);
    await window.session.open(conversationId);
    assert.equal((await window.messages())[1]?.status, 'stopped', 'and can be gone on with when it is taken back');
  });

  for (const [model, state] of [
    ['many-chunks', 'writes on'],
    ['stall', 'says nothing more'],
  ] as const) {
    it(`ends the run of a chat that another window deletes while the model ${state}, and says that it is gone`, async function () {
      this.timeout(20_000);
      const writer = openWindow(model);
      const other = openWindow('any');
      const { conversationId } = await writer.session.send({ clientMessageId: 'a', text: 'Go on' });
      await writer.until((event) => event.type === 'delta');
      await other.session.delete([conversationId]);
      await other.session.undelete([conversationId]);
      await other.session.open(conversationId);
      assert.equal((await other.messages())[1]?.status, 'stopped');
      await other.session.delete([conversationId]);
      await writer.until((event) => event.type === 'gone' && event.message.includes('no longer stored'));
      assert.equal(writer.session.isAnswering, false);
      assert.equal(await writer.session.shown(), null);
    });
  }

  it('goes on answering while another chat is shown', async () => {
    const window = openWindow('any');
    const sent = await window.session.send({ clientMessageId: 'a', text: 'First?' });
    await window.session.open(null);
    await window.ask('Second?');
    await window.waitUntil(async () => {
      const first = await window.store.call('conversations.get', { id: sent.conversationId });
      return first?.messages[1]?.status === 'complete';
    });
  });

  it('shows in another window what one writes, and an answer as interrupted once its window gave up', async () => {
    const writer = openWindow('stall');
    const reader = openWindow('any');
    const seen = reader.until((event) => event.type === 'conversations');
    await writer.session.send({ clientMessageId: 'w', text: 'Shared?' });
    await seen;
    await writer.until((event) => event.type === 'delta');
    const [summary] = await reader.list();
    assert.ok(summary);
    await reader.session.open(summary.id);
    assert.equal((await reader.messages())[1]?.status, 'running');
    await reader.session.send({ clientMessageId: 'x', text: 'Me too' });
    assert.deepEqual((await writer.session.shown())?.queue, [{ id: 'x', text: 'Me too' }]);
    await assert.rejects(reader.session.askQueuedNow('x'), /another window/);
    await writer.chats.answers.releaseLeases();
    const [, cut] = await reader.messages();
    assert.equal(cut?.status, 'interrupted');
    const again = reader.ended();
    await reader.session.regenerate(cut.id);
    await again;
    assert.equal((await reader.messages())[1]?.status, 'complete');
    await writer.session.stop();
    assert.equal((await writer.messages())[1]?.status, 'complete', 'the branch of the window that took over is shown');
  });
});
