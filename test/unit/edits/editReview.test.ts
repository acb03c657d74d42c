import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EditReview, type ReviewHunk, type RowsChange } from '../../../src/edits/review/editReview.ts';
import type { RowsEdit } from '../../../src/edits/textLines.ts';

const numRuns = process.env['SEXTANT_CAMPAIGN'] === '1' ? 20_000 : 500;

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

  reject(id?: number): void {
    this.#make(this.review.restoring(id));
    this.review.restored(id);
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
    page.reject(first);
    assert.deepEqual(page.rows, ['top', 'a', 'b', 'c', 'new', 'e', 'end']);
    assert.deepEqual(page.review.hunks, []);
    assert.deepEqual(page.review.restoring(first), [], 'and nothing twice');
  });

  it('gives back all', () => {
    const page = reviewed();
    page.reject();
    assert.deepEqual(page.rows, before);
  });

  it('follows what is typed above and below', () => {
    const page = reviewed();
    assert.equal(page.type(0, 0, ['x', 'y']), false);
    assert.equal(page.type(8, 9, []), false);
    page.reject();
    assert.deepEqual(page.rows, ['x', 'y', ...before.slice(0, -1)]);
  });

  it('leaves a hunk to who has typed into it', () => {
    const page = reviewed();
    assert.equal(page.type(2, 3, ['B!']), true);
    page.reject();
    assert.deepEqual(page.rows, ['top', 'a', 'B!', 'c', 'd', 'e', 'end']);
  });

  it('takes what was decided and typed for the text before when it goes on', () => {
    const page = reviewed();
    page.review.accept(ids(page)[0] ?? 0);
    page.review.rebase(page.part);
    assert.deepEqual(page.review.base, ['a', 'B', 'c', 'd', 'e']);
    page.propose(['a', 'B', 'c', 'newer', 'e']);
    page.reject();
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
        page.reject();
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
        for (const { id } of rejected) page.reject(id);
        if (rejected.length === 0) assert.deepEqual(page.rows, ['top', ...target, 'end']);
        if (choices.every((choice) => choice)) assert.deepEqual(page.rows, ['top', ...own, 'end']);
        assert.deepEqual(page.review.hunks, []);
      }),
    );
  });

  it('says of every row whose it is, whatever is decided and typed in whatever order', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd', ''), { maxLength: 12 });
    const action = fc.record({
      what: fc.constantFrom('accept', 'reject', 'type', 'answer'),
      at: fc.nat(30),
      length: fc.nat(3),
      lines,
    });
    fc.assert(
      fc.property(lines, lines, fc.array(action, { maxLength: 12 }), (own, target, actions) => {
        const page = new Page(['top', ...own, 'end'], 1, own.length + 1);
        page.propose(target);
        let model = Ledger.of(page);
        for (const { what, at, length, lines: typed } of actions) {
          const ids = page.review.hunks.map(({ id }) => id);
          const id = ids[at % Math.max(1, ids.length)];
          const row = at % (page.rows.length + 1);
          const end = Math.min(row + length, page.rows.length);
          if (what === 'type') {
            page.type(row, end, typed);
            model.type(row, end, typed);
          } else if (what === 'answer') {
            page.review.rebase(page.part);
            page.propose(typed);
            model = Ledger.of(page);
          } else if (id !== undefined) {
            if (what === 'accept') page.review.accept(id);
            else page.reject(id);
            model.decide(id, what);
          }
          assert.deepEqual(page.rows, model.rows);
          assert.deepEqual(
            page.review.hunks.map(({ id: known, startRow }) => [known, startRow]),
            model.hunks,
          );
        }
        const before = model;
        for (const [id] of before.hunks) before.decide(id, 'reject');
        page.reject();
        assert.deepEqual(page.rows, before.rows);
      }),
      { numRuns },
    );
  });
});

/** What a document has to be: its rows, and instead of those that are undecided the hunks. */
class Ledger {
  #items: readonly (string | ReviewHunk)[];

  private constructor(items: readonly (string | ReviewHunk)[]) {
    this.#items = items;
  }

  static of({ rows, review }: Page): Ledger {
    const items: (string | ReviewHunk)[] = [];
    let row = 0;
    for (const hunk of review.hunks) {
      items.push(...rows.slice(row, hunk.startRow), hunk);
      row = hunk.startRow + hunk.added.length;
    }
    return new Ledger([...items, ...rows.slice(row)]);
  }

  get rows(): string[] {
    return this.#items.flatMap((item) => (typeof item === 'string' ? [item] : item.added));
  }

  /** Each with the row that it starts at. */
  get hunks(): [id: number, startRow: number][] {
    return this.#placed().flatMap(({ item, start }) => (typeof item === 'string' ? [] : [[item.id, start]]));
  }

  decide(id: number, how: 'accept' | 'reject'): void {
    this.#items = this.#items.flatMap((item): readonly (string | ReviewHunk)[] => {
      if (typeof item === 'string' || item.id !== id) return [item];
      return how === 'accept' ? item.added : item.removed;
    });
  }

  type(from: number, to: number, typed: readonly string[]): void {
    // A hunk that is typed into is no hunk any more.
    for (const { item, start, end } of this.#placed()) {
      if (typeof item !== 'string' && start < to && end > from) this.decide(item.id, 'accept');
    }
    const placed = this.#placed();
    const isAbove = ({ start, end }: { start: number; end: number }): boolean =>
      end <= from && (start < from || from < to);
    this.#items = [
      ...placed.filter(isAbove).map(({ item }) => item),
      ...typed,
      ...placed.filter((each) => !isAbove(each) && each.start >= to).map(({ item }) => item),
    ];
  }

  #placed(): { item: string | ReviewHunk; start: number; end: number }[] {
    let row = 0;
    return this.#items.map((item) => {
      const start = row;
      row += typeof item === 'string' ? 1 : item.added.length;
      return { item, start, end: row };
    });
  }
}
