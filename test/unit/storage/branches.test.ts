import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Caller } from '../../../src/base/rpc.ts';
import type { Message, StoreContract } from '../../../src/protocol/store.ts';
import { StoreFolder, finished, model } from './storeFixture.ts';

const id = 'conversation-1';

describe('The messages of a conversation', () => {
  let folder: StoreFolder;
  let store: Caller<StoreContract>;
  let number = 0;

  beforeEach(() => {
    folder = new StoreFolder();
    store = folder.open();
    number = 0;
  });

  afterEach(() => folder.dispose());

  /** A question after `parentId`, answered: their ids. */
  async function ask(parentId: string | null): Promise<[question: string, answer: string]> {
    const name = `${++number}`;
    const turn = folder.turn({ parentId, clientMessageId: name, text: `Question ${name}` });
    const { user, assistant } = await store.call('turns.start', turn);
    await finish(assistant.id, name);
    return [user.id, assistant.id];
  }

  async function answerAgain(userMessageId: string): Promise<string> {
    const leaseUntil = folder.nowMs + 30_000;
    const answer = await store.call('turns.answerAgain', { userMessageId, model, owner: 'window-1', leaseUntil });
    await finish(answer.id, `${++number}`);
    return answer.id;
  }

  async function finish(messageId: string, name: string): Promise<void> {
    const text = `Answer ${name}`;
    await store.call('turns.append', { messageId, offset: 0, text, reasoningOffset: 0, reasoning: '' });
    await store.call('turns.finish', { messageId, ...finished });
  }

  async function shown(): Promise<readonly Message[]> {
    return (await store.call('conversations.get', { id }))?.messages ?? [];
  }

  const ids = (messages: readonly { readonly id: string }[]): string[] => messages.map((message) => message.id);

  it('branch where a question is edited or answered again, and each branch can be shown', async () => {
    const [first, answer] = await ask(null);
    const [second, secondAnswer] = await ask(answer);
    const [edited, editedAnswer] = await ask(answer);
    const [editedFirst, editedFirstAnswer] = await ask(null);
    assert.deepEqual(ids(await shown()), [editedFirst, editedFirstAnswer]);
    assert.deepEqual((await shown())[0]?.siblingIds, [first, editedFirst]);

    await store.call('conversations.showBranch', { id, messageId: first });
    assert.deepEqual(ids(await shown()), [first, answer, edited, editedAnswer], 'up to the newest leaf');
    assert.deepEqual(
      (await shown()).map(({ siblingIds }) => siblingIds.length),
      [2, 1, 2, 1],
    );
    await store.call('conversations.showBranch', { id, messageId: second });
    const other = await answerAgain(second);
    assert.deepEqual(ids(await shown()), [first, answer, second, other]);
    assert.deepEqual((await shown())[3]?.siblingIds, [secondAnswer, other]);
    assert.deepEqual(await store.call('messages.get', { messageId: other }), (await shown())[3]);
  });

  it('can be listed as the tree that they are', async () => {
    const [first, answer] = await ask(null);
    const [edited, running] = await ask(null);
    const nodes = await store.call('conversations.branches', { id });
    assert.deepEqual(
      nodes.map(({ id: messageId, parentId, role, status, preview }) => [messageId, parentId, role, status, preview]),
      [
        [first, null, 'user', 'complete', 'Question 1'],
        [answer, first, 'assistant', 'complete', 'Answer 1'],
        [edited, null, 'user', 'complete', 'Question 2'],
        [running, edited, 'assistant', 'complete', 'Answer 2'],
      ],
    );
    await assert.rejects(store.call('conversations.branches', { id: 'nowhere' }), { code: 'not-found' });
  });

  it('refuse to show what is not there', async () => {
    const [first] = await ask(null);
    await assert.rejects(store.call('conversations.showBranch', { id, messageId: 'nowhere' }), { code: 'not-found' });
    const turn = folder.turn({ conversationId: 'conversation-2', clientMessageId: 'other' });
    const { user } = await store.call('turns.start', turn);
    await assert.rejects(store.call('conversations.showBranch', { id, messageId: user.id }), { code: 'not-found' });
    await store.call('conversations.delete', { ids: [id] });
    await assert.rejects(store.call('conversations.showBranch', { id, messageId: first }), { code: 'not-found' });
    assert.equal(await store.call('messages.get', { messageId: first }), null);
  });

  it('are another user’s to see and change as little as the conversation is', async () => {
    const [first, answer] = await ask(null);
    await folder.asAnotherUser(async (other) => {
      assert.equal(await other.call('messages.get', { messageId: first }), null);
      const run = { owner: 'window-2', leaseUntil: folder.nowMs + 1 };
      for (const call of [
        other.call('conversations.branches', { id }),
        other.call('conversations.showBranch', { id, messageId: first }),
        other.call('messages.delete', { messageId: first }),
        other.call('messages.takeOut', { messageId: first }),
        other.call('turns.start', folder.turn({ clientMessageId: 'theirs', parentId: answer })),
        other.call('turns.answerAgain', { userMessageId: first, model, ...run }),
        other.call('turns.resume', { messageId: answer, ...run }),
        other.call('turns.append', { messageId: answer, offset: 0, text: 'a', reasoningOffset: 0, reasoning: '' }),
        other.call('turns.finish', { messageId: answer, ...finished }),
        other.call('turns.setContext', { messageId: answer, context: [] }),
      ]) {
        await assert.rejects(call, { code: 'not-found' });
      }
    });
    assert.equal((await shown()).length, 2);
  });

  it('are removed with what follows them, and the newest that is left is shown', async () => {
    const [first, answer] = await ask(null);
    const [second] = await ask(answer);
    const [edited, editedAnswer] = await ask(answer);
    const again = await answerAgain(edited);
    await ask(again);
    await store.call('messages.delete', { messageId: again });
    assert.deepEqual(ids(await shown()), [first, answer, edited, editedAnswer]);
    await store.call('messages.delete', { messageId: editedAnswer });
    assert.equal((await shown())[2]?.id, second, 'the only answer takes its question along');
    await store.call('messages.delete', { messageId: second });
    assert.deepEqual(ids(await shown()), [first, answer]);
    await store.call('messages.delete', { messageId: first });
    const conversation = await store.call('conversations.get', { id });
    assert.deepEqual([conversation?.messages, conversation?.messageCount], [[], 0]);
    await assert.rejects(store.call('messages.delete', { messageId: first }), { code: 'not-found' });
    const [next] = await ask(null);
    assert.equal((await shown())[0]?.id, next);
  });

  it('are taken out with what follows them, and stay to be shown again', async () => {
    const [first, answer] = await ask(null);
    const [second, secondAnswer] = await ask(answer);
    await ask(secondAnswer);
    await store.call('messages.takeOut', { messageId: second });
    const page = await store.call('conversations.outline', { id, newest: 10 });
    assert.deepEqual([ids(page?.messages ?? []), page?.hasVersions, page?.messageCount], [[first, answer], true, 6]);
    const [instead] = await ask(answer);
    assert.deepEqual((await shown())[2]?.siblingIds, [second, instead]);
    await store.call('conversations.showBranch', { id, messageId: second });
    assert.equal((await shown()).length, 6);
    await store.call('messages.takeOut', { messageId: first });
    assert.deepEqual(await shown(), []);
    const [other] = await ask(null);
    assert.deepEqual((await shown())[0]?.siblingIds, [first, other]);
    await assert.rejects(store.call('messages.takeOut', { messageId: 'nowhere' }), { code: 'not-found' });
  });

  it('stay while an answer is being written', async () => {
    const [first, answer] = await ask(null);
    await store.call('turns.start', folder.turn({ clientMessageId: 'running', parentId: answer }));
    await assert.rejects(store.call('messages.delete', { messageId: first }), { code: 'conflict' });
    await assert.rejects(store.call('messages.takeOut', { messageId: first }), { code: 'conflict' });
    folder.nowMs += 60_000;
    await store.call('messages.delete', { messageId: first });
    assert.deepEqual(await shown(), []);
  });

  it('are a tree in which nothing gets lost, whatever is done to it', async () => {
    const act = fc.tuple(fc.constantFrom('ask', 'edit', 'again', 'show', 'takeOut', 'delete', 'reopen'), fc.nat(1_000));
    const runs = process.env['SEXTANT_CAMPAIGN'] === undefined ? 12 : 200;
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 25 }), async (acts) => {
        folder = new StoreFolder();
        store = folder.open();
        try {
          const model = new PlainTree();
          for (const [what, at] of acts) {
            const questions = model.all.filter(({ isQuestion }) => isQuestion);
            const answers = model.all.filter(({ isQuestion }) => !isQuestion);
            const question = questions[at % questions.length];
            const any = model.all[at % model.all.length];
            if (what === 'ask' || question === undefined || any === undefined) {
              const parent = answers[at % answers.length]?.id ?? null;
              model.add(parent, ...(await ask(parent)));
            } else if (what === 'edit') model.add(question.parent, ...(await ask(question.parent)));
            else if (what === 'again') model.add(question.id, await answerAgain(question.id));
            else if (what === 'show') {
              await store.call('conversations.showBranch', { id, messageId: any.id });
              model.show(any.id);
            } else if (what === 'takeOut') {
              await store.call('messages.takeOut', { messageId: any.id });
              model.takeOut(any.id);
            } else if (what === 'delete') {
              await store.call('messages.delete', { messageId: any.id });
              model.delete(any.id);
            } else store = folder.open();
            await compare(model);
          }
        } finally {
          await folder.dispose();
        }
      }),
      { numRuns: runs },
    );
    folder = new StoreFolder();
  });

  async function compare(model: PlainTree): Promise<void> {
    const nodes = await store.call('conversations.branches', { id });
    const sorted = (list: readonly string[]): string[] => list.toSorted();
    assert.deepEqual(sorted(ids(nodes)), sorted(ids(model.all)), 'every message is there');
    for (const node of nodes) assert.equal(node.parentId, model.get(node.id)?.parent);
    const conversation = await store.call('conversations.get', { id });
    assert.equal(conversation?.messageCount, model.all.length);
    assert.deepEqual(ids(conversation.messages), model.path(), 'the branch that is shown');
    for (const { id: messageId, siblingIds } of conversation.messages) {
      assert.deepEqual(siblingIds, model.siblings(messageId));
    }
  }
}).timeout(60_000);

interface PlainNode {
  readonly id: string;
  readonly parent: string | null;
  readonly isQuestion: boolean;
}

/** What the tree should be, oldest first. */
class PlainTree {
  all: PlainNode[] = [];
  #shown: string | null = null;

  get(id: string): PlainNode | undefined {
    return this.all.find((node) => node.id === id);
  }

  /** An answer to a question, or a question with its answer. */
  add(parent: string | null, ...added: string[]): void {
    for (const [at, id] of added.entries()) {
      this.all.push({ id, parent: added[at - 1] ?? parent, isQuestion: added.length === 2 && at === 0 });
      this.#shown = id;
    }
  }

  siblings(id: string): string[] {
    const parent = this.get(id)?.parent;
    return this.all.flatMap((node) => (node.parent === parent ? [node.id] : []));
  }

  show(id: string): void {
    this.#shown = this.#newestLeaf((node) => this.#isUnder(node.id, id));
  }

  takeOut(id: string): void {
    this.#shown = this.get(id)?.parent ?? null;
  }

  delete(id: string): void {
    const node = this.get(id);
    const takesQuestion = node?.isQuestion === false && this.siblings(id).length === 1;
    const top = takesQuestion ? (node.parent ?? id) : id;
    const parent = this.get(top)?.parent ?? null;
    this.all = this.all.filter((each) => !this.#isUnder(each.id, top));
    if (this.get(this.#shown ?? '') !== undefined) return;
    this.#shown = this.#newestLeaf((each) => parent === null || this.#isUnder(each.id, parent));
  }

  path(): string[] {
    const path: string[] = [];
    for (let at = this.#shown; at !== null; at = this.get(at)?.parent ?? null) path.unshift(at);
    return path;
  }

  #newestLeaf(isMeant: (node: PlainNode) => boolean): string | null {
    const leaves = this.all.filter(({ id }) => !this.all.some(({ parent }) => parent === id));
    return leaves.findLast(isMeant)?.id ?? null;
  }

  #isUnder(id: string, top: string): boolean {
    for (let at: string | null = id; at !== null; at = this.get(at)?.parent ?? null) if (at === top) return true;
    return false;
  }
}
