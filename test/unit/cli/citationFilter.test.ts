import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CitationFilter } from '../../../src/cli/citationFilter.ts';

const cases: { what: string; answer: string; shown: string }[] = [
  { what: 'a citation', answer: 'See [src/a.ts:1-9](sextant-source:2).', shown: 'See src/a.ts:1-9.' },
  { what: 'several', answer: '[a](sextant-source:1)[b](sextant-source:12) x', shown: 'ab x' },
  { what: 'an escaped bracket in it', answer: '[a\\].ts](sextant-source:1)', shown: 'a\\].ts' },
  { what: 'any other link', answer: '[docs](https://example.org)', shown: '[docs](https://example.org)' },
  { what: 'code', answer: 'a[0](x) = [[1]];', shown: 'a[0](x) = [[1]];' },
  { what: 'a citation behind a bracket', answer: 'x[[a](sextant-source:1)]', shown: 'x[a]' },
  { what: 'a citation cut off', answer: 'see [a](sextant-sour', shown: 'see [a](sextant-sour' },
  { what: 'a bracket at the end of a line', answer: 'list [\n  1,\n]', shown: 'list [\n  1,\n]' },
  { what: 'a very long bracket', answer: `[${'x'.repeat(5000)}`, shown: `[${'x'.repeat(5000)}` },
];

describe('The citation filter shows', () => {
  for (const { what, answer, shown } of cases) {
    it(`${what}, however it arrives`, () => {
      fc.assert(
        fc.property(fc.array(fc.nat({ max: answer.length }), { maxLength: 20 }), (cuts) => {
          const filter = new CitationFilter();
          const places = [...cuts.sort((a, b) => a - b), answer.length];
          const pieces = places.map((end, at) => answer.slice(places[at - 1] ?? 0, end));
          assert.equal(pieces.map((piece) => filter.push(piece)).join('') + filter.finish(), shown);
        }),
        { numRuns: 50 },
      );
    });
  }

  it('what cannot become a citation at once', () => {
    const filter = new CitationFilter();
    assert.equal(filter.push('plain, x[0] = 1; [maybe'), 'plain, x[0] = 1; ');
    assert.equal(filter.push('] not'), '[maybe] not');
  });
});
