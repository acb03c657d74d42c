import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ChatState } from '../../../media/chat/chatState.ts';
import { applyDelta, newerOf } from '../../../media/chat/messageDelta.ts';
import { conversation, message } from '../../fixtures/webviewHost/scriptedHost.ts';
import { shownOf } from '../../fixtures/webviewHost/shownOf.ts';

describe('applyDelta', () => {
  it('makes the text whole or says that it cannot, in whatever order and how often the pieces come', () => {
    const pieces = fc.array(fc.string({ minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(pieces, fc.array(fc.nat(), { maxLength: 40 }), (texts, order) => {
        const deltas = texts.map((text, at) => ({ offset: texts.slice(0, at).join('').length, text }));
        const whole = texts.join('');
        let shown = message({ role: 'assistant', status: 'running' });
        for (const at of order) {
          const delta = deltas[at % deltas.length]!;
          const next = applyDelta(shown, { messageId: shown.id, reasoningOffset: 0, reasoning: '', ...delta });
          if (next === null) assert.ok(delta.offset > shown.content.length, 'refuses only a gap');
          shown = next ?? shown;
          assert.ok(whole.startsWith(shown.content));
        }
      }),
    );
  });

  const text = { messageId: 'a', text: 'lo!', reasoningOffset: 0, reasoning: '' };
  const cases = [
    { name: 'adds at the end', content: 'Hel', offset: 3, result: 'Hello!' },
    { name: 'adds what is new of an overlap', content: 'Hello', offset: 3, result: 'Hello!' },
    { name: 'leaves alone what is there', content: 'Hello! You', offset: 3, result: 'Hello! You' },
    { name: 'sees a gap', content: 'He', offset: 3, result: null },
    { name: 'sees another text', content: 'Helga', offset: 3, result: null },
    { name: 'refuses a negative offset', content: 'Hel', offset: -1, result: null },
    { name: 'refuses a broken offset', content: 'Hel', offset: 1.5, result: null },
  ];
  for (const { name, content, offset, result } of cases) {
    it(name, () => {
      const shown = message({ role: 'assistant', content });
      assert.equal(applyDelta(shown, { ...text, offset })?.content ?? null, result);
    });
  }

  it('does not add the reasoning of a piece twice', () => {
    for (const text of ['x', '']) {
      const delta = { messageId: 'a', offset: 0, text, reasoningOffset: 0, reasoning: 'because' };
      const once = applyDelta(message({ role: 'assistant' }), delta)!;
      assert.equal(applyDelta(once, delta)?.reasoning, 'because');
    }
  });
});

describe('newerOf', () => {
  const cases = [
    {
      name: 'more text of a running answer',
      known: ['running', 'ab'],
      incoming: ['running', 'abc'],
      keeps: 'incoming',
    },
    { name: 'the pieces that came since', known: ['running', 'abc'], incoming: ['running', 'ab'], keeps: 'known' },
    { name: 'another text', known: ['running', 'abc'], incoming: ['running', 'x'], keeps: 'incoming' },
    { name: 'the end', known: ['running', 'abc'], incoming: ['complete', 'ab'], keeps: 'incoming' },
    { name: 'an end that is known', known: ['complete', 'abc'], incoming: ['running', 'ab'], keeps: 'known' },
    {
      name: 'an answer that turns out alive',
      known: ['interrupted', 'ab'],
      incoming: ['running', 'abc'],
      keeps: 'incoming',
    },
  ] as const;
  for (const { name, known, incoming, keeps } of cases) {
    it(`keeps ${name}`, () => {
      const states = { known: state(known[0], known[1]), incoming: state(incoming[0], incoming[1]) };
      const { status, content } = newerOf(states.known, states.incoming);
      assert.deepEqual({ status, content }, { status: states[keeps].status, content: states[keeps].content });
    });
  }

  it('keeps the thoughts that came since', () => {
    const thinking = message({ id: 'a', role: 'assistant', status: 'running', reasoning: 'first, second' });
    assert.equal(newerOf(thinking, { ...thinking, reasoning: 'first' }).reasoning, 'first, second');
  });

  function state(status: 'running' | 'complete' | 'interrupted', content: string): ReturnType<typeof message> {
    return message({ id: 'a', role: 'assistant', status, content });
  }
});

describe('ChatState', () => {
  it('redraws one message for a piece of it', () => {
    const { state, answer } = running();
    const rows = state.rows.value;
    assert.equal(
      state.takeDelta({ messageId: answer.id, offset: 0, text: 'Hi', reasoningOffset: 0, reasoning: 'hm' }),
      true,
    );
    assert.equal(state.rows.value, rows);
    assert.deepEqual(contents(state), ['Why?', 'Hi']);
    assert.equal(rows[1]?.entry.value?.message.value.reasoning, 'hm');
  });

  it('refuses what does not fit', () => {
    const { state, answer } = running();
    assert.equal(
      state.takeDelta({ messageId: 'unknown', offset: 0, text: 'x', reasoningOffset: 0, reasoning: '' }),
      false,
    );
    assert.equal(
      state.takeDelta({ messageId: answer.id, offset: 7, text: 'x', reasoningOffset: 0, reasoning: '' }),
      false,
    );
    assert.equal(state.takeMessage(message({ role: 'user', conversationId: 'another' })), false);
    assert.equal(
      state.takeMessage(message({ role: 'user', conversationId: answer.conversationId, parentId: 'unknown' })),
      false,
    );
  });

  it('adds the messages of the next turn', () => {
    const { state, answer } = running();
    state.takeMessage({ ...answer, status: 'complete' });
    const user = message({ role: 'user', conversationId: answer.conversationId, parentId: answer.id });
    const next = message({
      role: 'assistant',
      status: 'running',
      conversationId: user.conversationId,
      parentId: user.id,
    });
    assert.ok(state.takeMessage(user) && state.takeMessage(next));
    assert.equal(state.rows.value.length, 4);
    assert.equal(state.running.value?.id, next.id);
  });

  it('keeps what is drawn when the same conversation is told again', () => {
    const { state, shown } = running();
    const before = state.rows.value;
    const known = before.map(({ entry }) => entry.value?.message.value);
    state.takeConversation(structuredClone(shownOf(shown)));
    assert.equal(state.rows.value, before);
    assert.ok(before.every(({ entry }, at) => entry.value?.message.value === known[at]));
  });

  it('shows a branch in place of the one before', () => {
    const { state, shown } = running();
    const other = message({ role: 'assistant', status: 'running' });
    state.takeConversation(shownOf(conversation({ ...shown, messages: [shown.messages[0]!, other] })));
    assert.deepEqual(
      state.rows.value.map(({ id }) => id),
      [shown.messages[0]!.id, other.id],
    );
  });

  it('shows nothing of a conversation that is closed', () => {
    const { state } = running();
    state.takeConversation(null);
    assert.equal(state.conversation.value, null);
    assert.deepEqual(state.rows.value, []);
    assert.equal(state.running.value, null);
  });

  const contents = (state: ChatState) =>
    state.rows.value.map(({ entry }) => entry.value?.message.value.content ?? null);

  function running(): { state: ChatState; shown: ReturnType<typeof conversation>; answer: ReturnType<typeof message> } {
    const state = new ChatState();
    const shown = conversation({
      messages: [message({ role: 'user', content: 'Why?' }), message({ role: 'assistant', status: 'running' })],
    });
    state.takeConversation(shownOf(shown));
    return { state, shown, answer: shown.messages[1]! };
  }
});
