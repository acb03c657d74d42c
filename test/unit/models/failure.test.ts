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
});
