import assert from 'node:assert/strict';
import { RpcPeer, channelPair } from '../../../src/base/rpc.ts';
import type { ChatHostContract, ChatViewContract } from '../../../src/protocol/chatView.ts';
import { chatViewChecks } from '../../../src/protocol/chatViewChecks.ts';
import { ScriptedHost, conversation, message } from '../../fixtures/webviewHost/scriptedHost.ts';
import { shownOf } from '../../fixtures/webviewHost/shownOf.ts';

const shown = shownOf(
  conversation({ messages: [message({ role: 'user', content: 'Why?' }), message({ role: 'assistant' })] }),
);

describe('What the chat view is told', () => {
  it('goes through as it is where it has its form', async () => {
    const { view, host, heard } = connect();
    host.show(conversation({ messages: [message({ role: 'user', content: 'Why?' })] }));
    const snapshot = await view.call('snapshot', null);
    assert.equal(snapshot.conversation?.messages[0]?.content, 'Why?');
    assert.equal(snapshot.conversation.outline.length, 1);
    assert.equal(heard.length, 1);
  });

  const wrong: Record<string, unknown> = {
    'no object': 'conversation',
    'nothing at all': undefined,
    'a conversation without messages': { conversation: { ...shown, messages: undefined } },
    'a message of no role': { conversation: { ...shown, messages: [{ ...shown.messages[0], role: 'system' }] } },
    'a text that is none': { conversation: { ...shown, messages: [{ ...shown.messages[0], content: { length: 1 } }] } },
    'an outline of numbers': { conversation: { ...shown, outline: [1] } },
    'an outline that only looks like a list': { conversation: { ...shown, outline: { length: 1 } } },
  };
  for (const [name, payload] of Object.entries(wrong)) {
    it(`is dropped where it is ${name}`, async () => {
      const { frames, heard, dropped } = connect();
      frames.send({ kind: 'event', name: 'conversation', payload });
      frames.send({ kind: 'event', name: 'conversation', payload: { conversation: null } });
      await arrived(() => heard.length > 0);
      assert.deepEqual(heard, [{ conversation: null }]);
      assert.deepEqual(dropped, ['conversation']);
    });
  }

  it('has no names but those of the contract, and takes nothing over from a prototype', async () => {
    const { frames, heard, dropped } = connect();
    for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty', 'unknown']) {
      frames.send({ kind: 'event', name, payload: {} });
    }
    const payload: unknown = JSON.parse('{"conversation": null, "__proto__": {"isAdmin": true}}');
    frames.send({ kind: 'event', name: 'conversation', payload });
    await arrived(() => heard.length > 0);
    assert.deepEqual(dropped, []);
    assert.equal((heard[0] as { isAdmin?: unknown }).isAdmin, undefined);
    assert.equal(({} as { isAdmin?: unknown }).isAdmin, undefined);
  });

  it('makes a request fail whose answer has another form', async () => {
    const [near, far] = channelPair();
    const view = new RpcPeer<ChatViewContract, ChatHostContract>(near, { handlers: {}, incoming: chatViewChecks });
    far.onFrame((frame) => {
      const { id } = frame as { id: number };
      far.send({ kind: 'result', id, result: [{ id: 1 }] });
    });
    const page = { conversationId: 'a', lastId: 'b', limit: 1 };
    await assert.rejects(view.call('listMessages', page), { code: 'invalid' });
    assert.equal(await view.call('stop', null), undefined, 'what is answered with nothing brings nothing');
  });

  function connect() {
    const [near, far] = channelPair();
    const [heard, dropped]: [unknown[], string[]] = [[], []];
    const view = new RpcPeer<ChatViewContract, ChatHostContract>(near, {
      handlers: {},
      incoming: chatViewChecks,
      onInternalError: (name) => dropped.push(name),
    });
    view.on('conversation', (event) => heard.push(event));
    return { view, host: new ScriptedHost(far), frames: far, heard, dropped };
  }
});

/** Waits for what messages bring about; mocha's time limit is the end of its patience. */
async function arrived(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
