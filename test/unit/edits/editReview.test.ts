import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EditReview, type RowsChange } from '../../../src/edits/review/editReview.ts';
import type { RowsEdit } from '../../../src/edits/textLines.ts';

/** A document that tells a review of its changes, as VS Code does. */
class Page {
  rows: string[];
  review: EditReview;

  constructor(rows: readonly string[], start: number, end: number) {
    this.rows = [...rows];
    this.review = new EditReview(start, rows.slice(start, end));
  }

  get part(): string[] {
    return this.rows.slice(this.review.startRow, this.review.endRow);
  }

  propose(target: readonly string[]): void {
    const proposal = this.review.propose(this.part, target);
    this.#make(proposal.edits);
    this.review.adopt(proposal);
  }

  decide(edits: readonly RowsEdit[]): void {
    for (const edit of edits.toReversed()) this.type(edit.startRow, edit.endRow, edit.newLines);
  }

  /** Somebody changes the rows. */
  type(startRow: number, endRow: number, newLines: readonly string[]): boolean {
    this.#make([{ startRow, endRow, newLines }]);
    const change: RowsChange = { startRow, endRow, rowCount: newLines.length };
    return this.review.changed(change);
  }

  #make(edits: readonly RowsEdit[]): void {
    for (const { startRow, endRow, newLines } of edits.toReversed())
      this.rows.splice(startRow, endRow - startRow, ...newLines);
  }
}

const before = ['top', 'a', 'b', 'c', 'd', 'e', 'end'];
const part = ['a', 'B', 'c', 'new', 'e'];

describe('A review of changed lines', () => {
  function reviewed(): Page {
    const page = new Page(before, 1, 6);
    page.propose(part);
    return page;
  }
  const ids = (page: Page): number[] => page.review.hunks.map(({ id }) => id);

  it('has a hunk for each run of changed lines, where it stands', () => {
    const page = reviewed();
    assert.deepEqual(page.rows, ['top', ...part, 'end']);
    assert.deepEqual(
      page.review.hunks.map(({ startRow, added, removed }) => ({ startRow, added, removed })),
      [
        { startRow: 2, added: ['B'], removed: ['b'] },
        { startRow: 4, added: ['new'], removed: ['d'] },
      ],
    );
  });

  it('gives back one and keeps the other', () => {
    const page = reviewed();
    const [first = 0, second = 0] = ids(page);
    page.review.accept(second);
    page.decide(page.review.reject(first));
    assert.deepEqual(page.rows, ['top', 'a', 'b', 'c', 'new', 'e', 'end']);
    assert.deepEqual(page.review.hunks, []);
    assert.deepEqual(page.review.reject(first), [], 'and nothing twice');
  });

  it('gives back all', () => {
    const page = reviewed();
    page.decide(page.review.rejectAll());
    assert.deepEqual(page.rows, before);
  });

  it('follows what is typed above and below', () => {
    const page = reviewed();
    assert.equal(page.type(0, 0, ['x', 'y']), false);
    assert.equal(page.type(8, 9, []), false);
    page.decide(page.review.rejectAll());
    assert.deepEqual(page.rows, ['x', 'y', ...before.slice(0, -1)]);
  });

  it('leaves a hunk to who has typed into it', () => {
    const page = reviewed();
    assert.equal(page.type(2, 3, ['B!']), true);
    page.decide(page.review.rejectAll());
    assert.deepEqual(page.rows, ['top', 'a', 'B!', 'c', 'd', 'e', 'end']);
  });

  it('takes what was decided and typed for the text before when it goes on', () => {
    const page = reviewed();
    page.review.accept(ids(page)[0] ?? 0);
    page.review.rebase(page.part);
    assert.deepEqual(page.review.base, ['a', 'B', 'c', 'd', 'e']);
    page.propose(['a', 'B', 'c', 'newer', 'e']);
    page.decide(page.review.rejectAll());
    assert.deepEqual(page.rows, ['top', 'a', 'B', 'c', 'd', 'e', 'end']);
  });

  it('gives back the exact lines however they were changed, in steps, with typing around them', () => {
    const line = fc.constantFrom('', 'a', 'b', '}', 'return x;', '  y');
    const lines = fc.array(line, { maxLength: 12 });
    fc.assert(
      fc.property(lines, lines, lines, fc.array(lines, { maxLength: 4 }), lines, (above, own, below, steps, typed) => {
        const page = new Page([...above, ...own, ...below], above.length, above.length + own.length);
        for (const step of steps) {
          page.propose(step);
          assert.deepEqual(page.part, step);
        }
        page.type(0, 0, typed);
        if (below.length > 0) page.type(page.rows.length, page.rows.length, typed);
        page.decide(page.review.rejectAll());
        assert.deepEqual(page.rows, [...typed, ...above, ...own, ...below, ...(below.length > 0 ? typed : [])]);
      }),
    );
  });

  it('comes to the new text when all is accepted, to the old when all is rejected, to both in parts', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd', ''), { maxLength: 15 });
    fc.assert(
      fc.property(lines, lines, fc.array(fc.boolean(), { minLength: 15, maxLength: 15 }), (own, target, choices) => {
        const page = new Page(['top', ...own, 'end'], 1, own.length + 1);
        page.propose(target);
        const rejected = page.review.hunks.filter((_, at) => choices[at] === true);
        for (const { id } of page.review.hunks.filter((_, at) => choices[at] !== true)) page.review.accept(id);
        for (const { id } of rejected) page.decide(page.review.reject(id));
        if (rejected.length === 0) assert.deepEqual(page.rows, ['top', ...target, 'end']);
        if (choices.every((choice) => choice)) assert.deepEqual(page.rows, ['top', ...own, 'end']);
        assert.deepEqual(page.review.hunks, []);
      }),
    );
  });
});
