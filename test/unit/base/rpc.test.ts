import assert from 'node:assert/strict';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import fc from 'fast-check';
import { threadChannel } from '../../../src/base/channels.node.ts';
import { SextantError, isAbort } from '../../../src/base/errors.ts';
import { type Channel, type Contract, type Handlers, RpcPeer, type Silent } from '../../../src/base/rpc.ts';

interface Calculator extends Contract {
  readonly requests: {
    add(params: { a: number; b: number }): number;
    fail(params: unknown): void;
    wait(params: null): string;
    give(params: unknown): unknown;
  };
  readonly events: { counted: number };
}

describe('RpcPeer', () => {
  let ports: { port1: MessagePort; port2: MessagePort };
  let client: RpcPeer<Silent, Calculator>;
  let server: RpcPeer<Calculator, Silent>;
  let internalErrors: string[];
  let waiting: { signal: AbortSignal; finish: (text: string) => void }[];
  let thrown: unknown;
  let given: unknown;
  let arrived: () => void;

  const handlers: Handlers<Calculator> = {
    add: ({ a, b }) => a + b,
    fail: () => {
      throw thrown;
    },
    wait: (_params, signal) =>
      new Promise((resolve) => {
        waiting.push({ signal, finish: resolve });
        arrived();
      }),
    give: () => given,
  };

  beforeEach(() => {
    internalErrors = [];
    waiting = [];
    arrived = () => undefined;
    ports = new MessageChannel();
    client = new RpcPeer<Silent, Calculator>(threadChannel(ports.port1), { handlers: {} });
    server = new RpcPeer<Calculator, Silent>(threadChannel(ports.port2), {
      handlers,
      onInternalError: (method, error) => internalErrors.push(`${method}: ${String(error)}`),
    });
  });

  afterEach(() => {
    client.dispose();
    server.dispose();
    ports.port1.close();
  });

  /** A call of `wait` that has reached the other side. */
  async function waitingCall(signal?: AbortSignal): Promise<{ answer: Promise<string> }> {
    const reached = new Promise<void>((resolve) => (arrived = resolve));
    const answer = client.call('wait', null, signal);
    answer.catch(() => undefined);
    await reached;
    return { answer };
  }

  it('ties a thousand overlapping requests to their own results', async () => {
    const sums = await Promise.all(Array.from({ length: 1000 }, (_, n) => client.call('add', { a: n, b: n })));
    assert.deepEqual(
      sums,
      Array.from({ length: 1000 }, (_, n) => 2 * n),
    );
  });

  it('keeps the answers of a page that was reloaded from the page after it', async () => {
    await waitingCall();
    client.dispose();
    const after = new RpcPeer<Silent, Calculator>(threadChannel(ports.port1), { handlers: {} });
    const reached = new Promise<void>((resolve) => (arrived = resolve));
    const answer = after.call('wait', null);
    await reached;
    assert.equal(waiting.length, 2, 'a request is served although one of the page before it still runs');
    waiting[0]?.finish('for the page before');
    waiting[1]?.finish('for this page');
    assert.equal(await answer, 'for this page');
    after.dispose();
  });

  it('carries code, sentence and data of an error of ours', async () => {
    thrown = new SextantError('disk-full', 'The disk is full.', { data: { missingBytes: 4096 } });
    await assert.rejects(client.call('fail', null), {
      name: 'SextantError',
      code: 'disk-full',
      message: 'The disk is full.',
      data: { missingBytes: 4096 },
    });
    assert.deepEqual(internalErrors, []);
  });

  it('calls any other error internal and lets the answering side know', async () => {
    thrown = new TypeError('x is undefined');
    await assert.rejects(client.call('fail', null), { code: 'internal', message: 'x is undefined' });
    assert.deepEqual(internalErrors, ['fail: TypeError: x is undefined']);
  });

  it('keeps the sentence when the data of an error cannot be sent', async () => {
    thrown = new SextantError('conflict', 'Somebody else was faster.', { data: { retry: () => undefined, at: 7n } });
    await assert.rejects(client.call('fail', null), {
      code: 'conflict',
      message: 'Somebody else was faster.',
      data: {},
    });
  });

  it('answers with an error when the result cannot be sent', async () => {
    given = { callback: () => undefined };
    await assert.rejects(client.call('give', null), { code: 'internal', message: /“give”.*cannot be sent/ });
    assert.equal(internalErrors.length, 1);
  });

  it('rejects when the parameter cannot be sent, and goes on', async () => {
    await assert.rejects(
      client.call('give', () => undefined),
      { code: 'internal', message: /cannot be sent/ },
    );
    assert.equal(await client.call('add', { a: 1, b: 2 }), 3);
  });

  for (const name of ['subtract', 'toString', 'constructor', '__proto__', 'hasOwnProperty', '']) {
    it(`refuses the method “${name}”, which the contract does not have`, async () => {
      await assert.rejects(client.call(name as 'add', { a: 1, b: 2 }), { code: 'unsupported' });
    });
  }

  it('cancels: the caller hears at once, the handler by its signal', async () => {
    const controller = new AbortController();
    const { answer } = await waitingCall(controller.signal);
    const { signal } = waiting[0]!;
    const stopped = new Promise((resolve) => {
      signal.addEventListener('abort', resolve);
    });
    controller.abort();
    await assert.rejects(answer, isAbort);
    await stopped;
    waiting[0]!.finish('too late');
    assert.equal(await client.call('add', { a: 2, b: 2 }), 4, 'a late result disturbs nobody');
  });

  it('sends nothing for a call that is cancelled before it begins', async () => {
    await assert.rejects(client.call('wait', null, AbortSignal.abort()), isAbort);
    await client.call('add', { a: 0, b: 0 });
    assert.equal(waiting.length, 0);
  });

  it('leaves no listener on the signal of a call that was answered', async () => {
    const { signal } = new AbortController();
    let listeners = 0;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...rest: Parameters<typeof addEventListener>) => {
      listeners++;
      addEventListener.apply(signal, rest);
    };
    signal.removeEventListener = (...rest: Parameters<typeof removeEventListener>) => {
      listeners--;
      removeEventListener.apply(signal, rest);
    };
    await client.call('add', { a: 1, b: 1 }, signal);
    assert.equal(listeners, 0);
  });

  it('rejects what is pending when it is disposed of, and everything after', async () => {
    const { answer } = await waitingCall();
    client.dispose();
    await assert.rejects(answer, { code: 'closed' });
    await assert.rejects(client.call('add', { a: 1, b: 1 }), { code: 'closed' });
  });

  it('rejects what is pending and aborts what runs when the pipe closes', async () => {
    const { answer } = await waitingCall();
    const { signal } = waiting[0]!;
    const stopped = new Promise((resolve) => {
      signal.addEventListener('abort', resolve);
    });
    ports.port2.close();
    await assert.rejects(answer, { code: 'closed' });
    await stopped;
  });

  it('carries events, in order, until the listener is disposed of', async () => {
    const heard: number[] = [];
    const listening = client.on('counted', (value) => heard.push(value));
    for (const value of [1, 2, 3]) server.emit('counted', value);
    await client.call('add', { a: 0, b: 0 });
    listening.dispose();
    server.emit('counted', 4);
    await client.call('add', { a: 0, b: 0 });
    assert.deepEqual(heard, [1, 2, 3]);
  });
});

describe('RpcPeer with validators', () => {
  it('hands on what the validator returns and tells the sender what it threw', async () => {
    const seen: unknown[] = [];
    const { hostile, replies } = facing({
      add: (params) => {
        seen.push(params);
        return 0;
      },
    });
    hostile.send({ kind: 'request', id: 1, method: 'add', params: { a: 1, b: 2, extra: 'x' } });
    await settled();
    hostile.send({ kind: 'request', id: 2, method: 'add', params: { a: '1' } });
    await settled();
    assert.deepEqual(seen, [{ a: 1, b: 2 }]);
    assert.deepEqual(replies, [
      { kind: 'result', id: 1, result: 0 },
      { kind: 'error', id: 2, error: { code: 'invalid', message: 'Two numbers, please.', data: {} } },
    ]);
  });
});

describe('RpcPeer facing hostile frames', () => {
  it('answers a request id that is in use only once', async () => {
    let calls = 0;
    const { hostile, replies } = facing({ add: async () => ++calls });
    const request = { kind: 'request', id: 9, method: 'add', params: { a: 1, b: 1 } };
    hostile.send(request);
    hostile.send(request);
    await settled();
    assert.deepEqual([calls, replies], [1, [{ kind: 'result', id: 9, result: 1 }]]);
  });

  it('reads an error of any shape as an error of ours', async () => {
    for (const error of [{}, { code: 'EVIL', message: 5, data: 'x' }, { code: 'constructor', message: '', data: [] }]) {
      const { hostile, peer, replies } = facing({ add: () => 0 });
      const answer = peer.call('anything' as never, null as never);
      const [request] = replies as [{ id: number }];
      hostile.send({ kind: 'error', id: request.id, error });
      await assert.rejects(answer, (thrown: SextantError) => {
        assert.deepEqual(
          [thrown.name, thrown.code, typeof thrown.message, thrown.data],
          ['SextantError', 'internal', 'string', {}],
        );
        return true;
      });
    }
  });

  it('property: never throws, and replies exactly once to each well-formed request', async () => {
    const kind = fc.constantFrom('request', 'cancel', 'result', 'error', 'event', 'toString', '', null);
    const name = fc.oneof(fc.constantFrom('add', '__proto__', 'valueOf'), fc.anything());
    const frame = fc.oneof(
      fc.anything(),
      fc.record(
        {
          kind,
          id: fc.oneof(fc.integer(), fc.anything()),
          method: name,
          name,
          params: fc.anything(),
          error: fc.anything(),
        },
        { requiredKeys: [] },
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(frame), async (frames) => {
        const { hostile, replies } = facing({ add: () => 0 });
        const ids = new Set<unknown>();
        for (const sent of frames as ({ kind?: unknown; id?: unknown; method?: unknown } | null | undefined)[]) {
          hostile.send(sent);
          await settled();
          if (sent?.kind === 'request' && Number.isSafeInteger(sent.id) && typeof sent.method === 'string') {
            assert.equal(replies.length, 1, 'one reply to one request');
            assert.equal((replies.pop() as { id: unknown }).id, sent.id);
            ids.add(sent.id);
          }
          assert.equal(replies.length, 0, 'and none to anything else');
        }
      }),
      { numRuns: 200 },
    );
  });
});

/** A peer that answers `add`, seen from a side that may send it anything. */
function facing(handlers: Handlers<Adder>): {
  hostile: { send(frame: unknown): void };
  replies: unknown[];
  peer: RpcPeer<Adder, Silent>;
} {
  const replies: unknown[] = [];
  const listeners = new Set<(frame: unknown) => void>();
  const channel: Channel = {
    send: (frame) => replies.push(structuredClone(frame)),
    onFrame(listener) {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
    onClose: () => ({ dispose: () => undefined }),
  };
  const peer = new RpcPeer<Adder, Silent>(channel, {
    handlers,
    validators: {
      add(params) {
        const { a, b } = (params ?? {}) as { a?: unknown; b?: unknown };
        if (typeof a !== 'number' || typeof b !== 'number') throw new SextantError('invalid', 'Two numbers, please.');
        return { a, b };
      },
    },
  });
  const hostile = {
    send(frame: unknown): void {
      for (const listener of listeners) listener(frame);
    },
  };
  return { hostile, replies, peer };
}

interface Adder extends Contract {
  readonly requests: { add(params: { a: number; b: number }): number };
  readonly events: Record<never, never>;
}

/** All microtasks that are due have run. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
