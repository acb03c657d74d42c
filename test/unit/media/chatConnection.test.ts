import assert from 'node:assert/strict';
import { channelPair } from '../../../src/base/rpc.ts';
import { ChatConnection } from '../../../media/chat/chatConnection.ts';
import { ChatState } from '../../../media/chat/chatState.ts';
import { ScriptedHost, conversation, message } from '../../fixtures/webviewHost/scriptedHost.ts';

const notice = (message: string) => ({ message, action: null });

describe('ChatConnection', () => {
  it('draws the snapshot', async () => {
    const { host, state, connection } = connect();
    host.snapshot = { ...host.snapshot, conversation: twoMessages(), notice: notice('Careful.') };
    await connection.resync();
    assert.deepEqual(state.connection.value, { kind: 'connected' });
    assert.equal(state.rows.value.length, 2);
    assert.equal(state.notice.value?.message, 'Careful.');
    assert.equal(state.index.value.status.phase, 'ready');
  });

  it('asks for a snapshot when a piece is missing, and has the whole text then', async () => {
    const { host, state, connection } = connect();
    host.snapshot = { ...host.snapshot, conversation: twoMessages() };
    await connection.resync();
    host.change({ content: 'lost ' }, { silent: true });
    host.stream('piece');
    await settled(() => state.rows.value.at(-1)?.entry.value?.message.value.content === 'lost piece');
    assert.equal(host.snapshotCount, 2);
  });

  it('keeps the events that came while the snapshot was on its way: they are newer', async () => {
    const { host, state, connection } = connect();
    host.snapshot = { ...host.snapshot, conversation: twoMessages() };
    let release = (): void => undefined;
    host.holdSnapshotsUntil(new Promise((resolve) => (release = resolve)));
    const resynced = connection.resync();
    await settled(() => host.snapshotCount === 1);
    host.stream('Hello');
    host.stream(' you');
    host.change({ status: 'complete' });
    host.emit('index', { status: { ...host.snapshot.index, phase: 'paused' }, hasWorkspace: true });
    host.emit('notice', { notice: notice('New.') });
    await settled(() => state.notice.value?.message === 'New.');
    release();
    await resynced;
    const { content, status } = state.rows.value.at(-1)!.entry.value!.message.value;
    assert.deepEqual({ content, status }, { content: 'Hello you', status: 'complete' });
    assert.equal(state.index.value.status.phase, 'paused');
    assert.equal(state.notice.value?.message, 'New.');
  });

  it('says why it could not connect, and connects when asked again', async () => {
    const { host, state, connection } = connect();
    host.failNext.set('snapshot', 'The store is gone.');
    await connection.resync();
    assert.deepEqual(state.connection.value, { kind: 'failed', message: 'The store is gone.' });
    connection.startOver();
    await settled(() => state.connection.value.kind === 'connected');
  });

  it('asks a host that failed again when its notice changes', async () => {
    const { host, state, connection } = connect();
    host.failNext.set('snapshot', 'The chats are locked.');
    await connection.resync();
    host.emit('notice', { notice: null });
    await settled(() => state.connection.value.kind === 'connected');
  });

  it('gives up a host that does not answer when asked to start over', async () => {
    const { host, state, connection } = connect();
    host.holdSnapshotsUntil(new Promise(() => undefined));
    void connection.resync();
    await settled(() => host.snapshotCount === 1);
    host.holdSnapshotsUntil(Promise.resolve());
    connection.startOver();
    await settled(() => state.connection.value.kind === 'connected');
    assert.equal(host.snapshotCount, 2);
  });

  it('puts the sentence of an error where the user looks, until something works', async () => {
    const { host, state, connection } = connect();
    host.failNext.set('copy', 'The clipboard is not there.');
    assert.equal(await connection.ask('copy', { text: 'a' }), false);
    assert.equal(state.failure.value, 'The clipboard is not there.');
    assert.equal(await connection.ask('copy', { text: 'a' }), true);
    assert.equal(state.failure.value, null);
  });

  it('hands on text for the input', async () => {
    const { host, connection } = connect();
    const drafts: (string | null)[] = [];
    connection.onDraft(({ text }) => drafts.push(text));
    host.emit('draft', { text: 'Explain this', hasWaited: false });
    host.emit('draft', { text: null, hasWaited: false });
    await settled(() => drafts.length === 2);
    assert.deepEqual(drafts, ['Explain this', null]);
  });

  function connect(): { host: ScriptedHost; state: ChatState; connection: ChatConnection } {
    const [view, extension] = channelPair();
    const state = new ChatState();
    return { host: new ScriptedHost(extension), state, connection: new ChatConnection(view, state) };
  }

  function twoMessages(): ReturnType<typeof conversation> {
    return conversation({
      messages: [message({ role: 'user', content: 'Why?' }), message({ role: 'assistant', status: 'running' })],
    });
  }
});

/** Waits for what messages bring about; mocha's time limit is the end of its patience. */
async function settled(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
