import assert from 'node:assert/strict';
import type * as failureModule from '../../../src/models/failure.ts';
import { failureOf } from '../../../src/models/failure.ts';

describe('The failure behind an error', () => {
  it('is found in an error that another bundle has thrown, which has a class of its own', async () => {
    const copy = '../../../src/models/failure.ts?copy';
    const other = (await import(copy)) as typeof failureModule;
    assert.notEqual(other.failureOf, failureOf);
    const thrown = new Error('while it streamed', { cause: new other.WireError({ type: 'incomplete' }) });
    assert.deepEqual(failureOf(thrown), { type: 'incomplete' });
  });

  it('is the proxy’s where that asks for a sign-in before it opens a tunnel', () => {
    const tunnel = (status: number): Error => {
      const aborted = new Error(`Proxy response (${status}) !== 200 when HTTP Tunneling`);
      return new TypeError('fetch failed', { cause: Object.assign(aborted, { code: 'UND_ERR_ABORTED' }) });
    };
    assert.deepEqual(failureOf(tunnel(407)), { type: 'network', code: 'ERR_PROXY_AUTH_REQUESTED' });
    assert.deepEqual(failureOf(tunnel(502)), { type: 'network', code: 'UND_ERR_ABORTED' });
  });
});
