import { isMainThread, parentPort } from 'node:worker_threads';
import { processChannel, threadChannel } from '../../../src/base/channels.node.ts';
import { SextantError } from '../../../src/base/errors.ts';
import { type Contract, RpcPeer, type Silent } from '../../../src/base/rpc.ts';

/** What the helper of the service tests answers, as a worker thread and as a child process. */
export interface EchoContract extends Contract {
  readonly requests: {
    echo(params: unknown): unknown;
    pid(params: null): number;
    fail(params: { message: string }): void;
    /** Never answers; ends when it is cancelled. */
    hang(params: null): void;
    exit(params: { code: number }): void;
    announce(params: { text: string }): void;
  };
  readonly events: { announced: { text: string } };
}

const channel = isMainThread ? processChannel(process) : threadChannel(parentPort!);
const peer: RpcPeer<EchoContract, Silent> = new RpcPeer<EchoContract, Silent>(channel, {
  handlers: {
    echo: (params) => params,
    pid: () => process.pid,
    fail: ({ message }) => {
      throw new SextantError('conflict', message, { data: { tries: 3 } });
    },
    hang: (_params, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(new Error('cancelled'));
        });
      }),
    exit: ({ code }) => process.exit(code),
    announce: ({ text }) => {
      peer.emit('announced', { text });
    },
  },
});
