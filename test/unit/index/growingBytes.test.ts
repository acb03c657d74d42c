import assert from 'node:assert/strict';
import { GrowingBytes } from '../../../src/index/growingBytes.ts';

describe('GrowingBytes', () => {
  it('keeps what is in it however large it becomes', () => {
    const growing = new GrowingBytes(Uint8Array.of(1, 2, 3));
    for (const length of [10, 5000, 999_999, 1_200_000, 1_200_001, 9_000_000]) {
      growing.reserve(length);
      assert.ok(growing.bytes.length >= length);
      assert.deepEqual([...growing.bytes.subarray(0, 4)], [1, 2, 3, 0]);
      assert.equal(growing.bytes[length - 1], 0);
    }
    const { bytes } = growing;
    growing.reserve(5);
    assert.equal(growing.bytes, bytes);
  });
});
