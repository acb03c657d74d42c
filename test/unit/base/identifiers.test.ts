import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sha256Hex, uuidV7 } from '../../../src/base/identifiers.ts';

const latestTimeMs = 2 ** 48 - 1;

describe('uuidV7', () => {
  it('property: is a version 7 UUID that holds its time and sorts by it', () => {
    const time = fc.integer({ min: 0, max: latestTimeMs });
    fc.assert(
      fc.property(time, time, (a, b) => {
        const [first, second] = [uuidV7(a), uuidV7(b)];
        assert.match(first, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        assert.equal(parseInt(first.replace('-', '').slice(0, 12), 16), a);
        if (a !== b) assert.equal(first < second, a < b);
      }),
    );
  });

  it('is new each time', () => {
    assert.equal(new Set(Array.from({ length: 1000 }, () => uuidV7(5))).size, 1000);
  });
});

describe('sha256Hex', () => {
  it('hashes the UTF-8 bytes (FIPS 180-4, example B.1, and the empty message)', async () => {
    assert.equal(await sha256Hex('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    assert.equal(await sha256Hex(''), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });
});
