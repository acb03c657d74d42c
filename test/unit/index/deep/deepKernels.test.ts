import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { sourceHash } from '../../../../src/index/deep/kernels.ts';

describe('The kernels of the deep model', () => {
  it('are assembled from the source that lies beside them', () => {
    const source = readFileSync(path.resolve(import.meta.dirname, '../../../../src/index/deep/kernels.as'));
    assert.equal(sourceHash, createHash('sha256').update(source).digest('hex'), 'run `npm run kernels`');
  });
});
