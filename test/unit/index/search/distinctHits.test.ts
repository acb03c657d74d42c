import assert from 'node:assert/strict';
import type { SearchHit } from '../../../../src/protocol/contextIndex.ts';
import { DistinctHits } from '../../../../src/index/search/distinctHits.ts';

describe('DistinctHits', () => {
  /** A file of a hundred lines that no other has, but for what is blank. */
  const linesOf = (path: string, blank: readonly number[] = []): string[] =>
    Array.from({ length: 100 }, (_, at) => (blank.includes(at + 1) ? '' : `  ${path} line ${at + 1}`));

  class Shown {
    readonly distinct = new DistinctHits();

    add(path: string, startLine: number, endLine: number, options: { symbol?: string; lines?: string[] } = {}): this {
      const { symbol = '', lines = linesOf(path) } = options;
      const text = lines.slice(startLine - 1, endLine).join('\n');
      const score = 1 - this.distinct.hits.length / 100;
      const hit = { folder: '/w', path, startLine, endLine, symbol, kind: 'function', language: 'c', score, text };
      this.distinct.add({ hit, lines });
      return this;
    }

    get places(): string[] {
      return this.distinct.hits.map(({ path, startLine, endLine }) => `${path}:${startLine}-${endLine}`);
    }

    get first(): SearchHit | undefined {
      return this.distinct.hits[0];
    }
  }

  it('shows passages that touch or overlap as one, in the place of the better', () => {
    const shown = new Shown().add('a', 11, 20, { symbol: 'best' }).add('b', 1, 9).add('a', 21, 30, { symbol: 'next' });
    assert.deepEqual(shown.places, ['a:11-30', 'b:1-9']);
    assert.equal(shown.first?.symbol, 'best');
    assert.equal(shown.first.text, linesOf('a').slice(10, 30).join('\n'));
    assert.deepEqual(shown.add('a', 5, 12).places, ['a:5-30', 'b:1-9']);
    assert.equal(shown.first?.score, 1);
  });

  it('joins two with what lies between them', () => {
    const shown = new Shown().add('b', 1, 9).add('a', 1, 10).add('a', 21, 30).add('a', 11, 20);
    assert.deepEqual(shown.places, ['b:1-9', 'a:1-30']);
  });

  it('joins the parts of one definition over blank lines, and no others', () => {
    const lines = linesOf('a', [11, 12]);
    const parts = new Shown().add('a', 13, 20, { symbol: 'f', lines }).add('a', 1, 10, { symbol: 'f', lines });
    assert.deepEqual(parts.places, ['a:1-20']);
    const others = new Shown().add('a', 13, 20, { symbol: 'f', lines }).add('a', 1, 10, { symbol: 'g', lines });
    assert.deepEqual(others.places, ['a:13-20', 'a:1-10']);
    const code = new Shown().add('a', 13, 20, { symbol: 'f' }).add('a', 1, 10, { symbol: 'f' });
    assert.deepEqual(code.places, ['a:13-20', 'a:1-10']);
  });

  it('leaves apart what would be too long', () => {
    const lines = linesOf('a').map((line) => line.padEnd(200));
    const shown = new Shown().add('a', 1, 20, { lines }).add('a', 21, 40, { lines });
    assert.deepEqual(shown.places, ['a:1-20', 'a:21-40']);
  });

  it('shows the same text of several files once, whatever its indentation', () => {
    const lines = linesOf('x');
    const shown = new Shown().add('a', 1, 9, { lines }).add('b', 1, 9, { lines: lines.map((line) => line.trim()) });
    assert.deepEqual(shown.places, ['a:1-9']);
    assert.deepEqual(new Shown().add('a', 1, 1, { lines }).add('b', 1, 1, { lines }).places, ['a:1-1']);
  });

  it('shows nearly the same text once, and what differs in more than a line of ten', () => {
    const lines = linesOf('x');
    const changed = (...at: number[]): string[] => lines.map((line, i) => (at.includes(i + 1) ? `other ${i}` : line));
    assert.deepEqual(new Shown().add('a', 1, 20, { lines }).add('b', 1, 20, { lines: changed(3, 7) }).places, [
      'a:1-20',
    ]);
    const differs = new Shown().add('a', 1, 20, { lines }).add('b', 1, 20, { lines: changed(3, 7, 9) });
    assert.equal(differs.places.length, 2);
    const short = new Shown().add('a', 1, 4, { lines }).add('b', 1, 4, { lines: changed(4) });
    assert.equal(short.places.length, 2);
  });

  it('takes a repetition in one file for what it is', () => {
    const lines = [...linesOf('x').slice(0, 9), 'between', ...linesOf('x').slice(0, 9)];
    assert.equal(new Shown().add('a', 1, 9, { lines }).add('a', 11, 19, { lines }).places.length, 2);
  });
});
