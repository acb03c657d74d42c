import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { processChannel, threadChannel } from '../../../src/base/channels.node.ts';
import { SextantError, isAbort } from '../../../src/base/errors.ts';
import { Service, type StartedService } from '../../../src/base/service.ts';
import type { EchoContract } from './echo.ts';

const echoFile = path.join(import.meta.dirname, 'echo.ts');

const kinds: Record<string, () => StartedService> = {
  'a worker thread': () => {
    const worker = new Worker(echoFile);
    return { channel: threadChannel(worker), stop: () => void worker.terminate() };
  },
  'a child process': () => {
    const child = fork(echoFile, { serialization: 'advanced' });
    return { channel: processChannel(child), stop: () => child.kill() };
  },
};

for (const [kind, start] of Object.entries(kinds)) {
  describe(`Service around ${kind}`, function () {
    this.timeout(20_000);
    let starts: number;
    let service: Service<EchoContract>;

    beforeEach(() => {
      starts = 0;
      service = new Service<EchoContract>('echo helper', () => {
        starts++;
        return start();
      });
    });

    afterEach(() => {
      service.dispose();
    });

    it('starts at the first call, and once for calls that come together', async () => {
      assert.deepEqual([starts, service.isRunning], [0, false]);
      const answers = await Promise.all(['a', 'b'].map((text) => service.call('echo', text)));
      assert.deepEqual([answers, starts, service.isRunning], [['a', 'b'], 1, true]);
    });

    it('hands on errors and structured data', async () => {
      const data = { bytes: Uint8Array.of(1, 2), map: new Map([['k', 1n]]) };
      assert.deepEqual(await service.call('echo', data), data);
      await assert.rejects(service.call('fail', { message: 'Taken.' }), { code: 'conflict', data: { tries: 3 } });
    });

    it('rejects what is pending when the helper dies, and starts it again at the next call', async () => {
      const hanging = service.call('hang', null);
      const dying = service.call('exit', { code: 3 });
      await assert.rejects(hanging, { code: 'closed' });
      await assert.rejects(dying, { code: 'closed' });
      assert.equal(service.isRunning, false);
      assert.deepEqual([await service.call('echo', 1), starts], [1, 2]);
    });

    it('tells of a death, and not of an end that was asked for', async () => {
      let deaths = 0;
      service.onDidDie(() => deaths++);
      await service.call('echo', 1);
      service.stop();
      await service.call('echo', 2);
      assert.equal(deaths, 0);
      await assert.rejects(service.call('exit', { code: 1 }), { code: 'closed' });
      assert.equal(deaths, 1);
    });

    it('keeps its listeners over a restart', async () => {
      const heard: string[] = [];
      const listening = service.on('announced', ({ text }) => heard.push(text));
      await service.call('announce', { text: 'one' });
      await assert.rejects(service.call('exit', { code: 1 }));
      await service.call('announce', { text: 'two' });
      listening.dispose();
      await service.call('announce', { text: 'three' });
      assert.deepEqual(heard, ['one', 'two']);
    });

    it('leaves a helper alone that keeps dying', async () => {
      for (let death = 1; death <= 5; death++)
        await assert.rejects(service.call('exit', { code: 1 }), { code: 'closed' });
      await assert.rejects(service.call('echo', 1), { code: 'closed', message: /keeps ending unexpectedly/ });
      assert.equal(starts, 5);
    });

    it('does not count as deaths the ends that were asked for', async () => {
      for (let round = 1; round <= 6; round++) {
        await service.call('echo', round);
        service.stop();
      }
      assert.deepEqual([await service.call('echo', 7), starts], [7, 7]);
    });

    it('stays closed once it is disposed of', async () => {
      const hanging = service.call('hang', null);
      service.dispose();
      await assert.rejects(hanging, { code: 'closed' });
      await assert.rejects(service.call('echo', 1), { code: 'closed', message: /was closed/ });
    });
  });
}

describe('Service with something to do first', function () {
  this.timeout(20_000);
  const start = kinds['a worker thread']!;

  it('does it before any call, at every start', async () => {
    const order: string[] = [];
    const service = new Service<EchoContract>('echo helper', start, async (peer) => {
      order.push(String(await peer.call('echo', 'opened')));
    });
    order.push(String(await service.call('echo', 'called')));
    service.stop();
    order.push(String(await service.call('echo', 'called again')));
    service.dispose();
    assert.deepEqual(order, ['opened', 'called', 'opened', 'called again']);
  });

  it('fails the calls that waited for it when it fails, and tries again at the next', async () => {
    let tries = 0;
    const service = new Service<EchoContract>('echo helper', start, async () => {
      if (++tries === 1) throw new SextantError('damaged', 'The file is damaged.');
    });
    await assert.rejects(service.call('echo', 1), { code: 'damaged' });
    assert.equal(await service.call('echo', 2), 2);
    service.dispose();
  });

  it('lets a caller go who cancels while it is done', async () => {
    const service = new Service<EchoContract>('echo helper', start, (peer) => peer.call('hang', null));
    const controller = new AbortController();
    const answer = service.call('echo', 1, controller.signal);
    controller.abort();
    await assert.rejects(answer, isAbort);
    service.dispose();
  });
});
