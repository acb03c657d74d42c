import assert from 'node:assert/strict';
import { type Attention, attend } from '../../../../src/index/search/attention.ts';

describe('Attention', () => {
  const far: Attention = { isOpen: false, isNearOpen: false, ageMs: Infinity };
  const order = (...candidates: readonly (Partial<Attention> & { slot: number; score: number })[]): number[] =>
    attend(candidates, (candidate) => ({ ...far, ...candidate })).map(({ slot }) => slot);

  it('decides between what is nearly as good', () => {
    assert.deepEqual(order({ slot: 1, score: 0.8 }, { slot: 2, score: 0.79, isOpen: true }), [2, 1]);
    assert.deepEqual(order({ slot: 1, score: 0.8 }, { slot: 2, score: 0.79, isNearOpen: true }), [2, 1]);
    assert.deepEqual(order({ slot: 1, score: 0.8 }, { slot: 2, score: 0.79, ageMs: 1000 }), [2, 1]);
    assert.deepEqual(order({ slot: 1, score: 0.8, isNearOpen: true }, { slot: 2, score: 0.8, isOpen: true }), [2, 1]);
  });

  it('puts nothing before what is clearly better', () => {
    assert.deepEqual(order({ slot: 1, score: 0.8 }, { slot: 2, score: 0.7, isOpen: true, ageMs: 0 }), [1, 2]);
    assert.deepEqual(order({ slot: 1, score: 100 }, { slot: 2, score: 99, isOpen: true, ageMs: 0 }), [1, 2]);
    assert.deepEqual(order({ slot: 1, score: 0.8 }, { slot: 2, score: 0.79, ageMs: 30 * 24 * 3600 * 1000 }), [1, 2]);
  });

  it('keeps the order where all are the same to it, also of files from the future', () => {
    assert.deepEqual(order({ slot: 1, score: 0.8, ageMs: -1e12 }, { slot: 2, score: 0.79, ageMs: 0 }), [1, 2]);
  });
});
