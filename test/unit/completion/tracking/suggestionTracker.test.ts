import assert from 'node:assert/strict';
import { type Outcome, SuggestionTracker } from '../../../../src/completion/tracking/suggestionTracker.ts';
import { ManualClock } from '../scriptedModel.ts';

const uri = 'file:///a.ts';
const text = 'first(second);\n  third();';

describe('The suggestion tracker', () => {
  let clock: ManualClock;
  let tracker: SuggestionTracker;
  let outcomes: Outcome[];
  /** Where the cursor of the document is. */
  let cursor: number;

  beforeEach(() => {
    clock = new ManualClock();
    tracker = new SuggestionTracker(clock);
    outcomes = [];
    cursor = 100;
    tracker.onDidHappen((outcome) => outcomes.push(outcome));
  });

  afterEach(() => {
    tracker.dispose();
  });

  function show(id: number, shown = text): void {
    tracker.show({ id, text: shown }, uri, cursor);
  }

  /** What an editor tells when text comes in at the cursor: first the change, then where the cursor is. */
  function insert(inserted: string, moved = inserted.length): void {
    tracker.change(uri, [{ offset: cursor, removed: 0, text: inserted }]);
    cursor += moved;
    tracker.moveCursor(uri, cursor);
  }

  function deleteBack(length: number): void {
    cursor -= length;
    tracker.change(uri, [{ offset: cursor, removed: length, text: '' }]);
    tracker.moveCursor(uri, cursor);
  }

  const told = (): string[] => outcomes.map((each) => ('how' in each ? `${each.type} ${each.how}` : each.type));

  it('tells of a suggestion once, however often it is shown', () => {
    show(1);
    insert('f');
    show(1, text.slice(1));
    assert.deepEqual(told(), ['shown']);
  });

  it('takes a suggestion as accepted when VS Code says so', () => {
    show(1);
    insert(text);
    tracker.acceptedWhole(1);
    assert.deepEqual(outcomes.slice(1), [
      { type: 'accepted', id: 1, how: 'whole', text },
      { type: 'inserted', id: 1, uri, offset: 100, text },
    ]);
  });

  it('knows words and lines by changes that continue the text', () => {
    show(1);
    insert('first');
    insert('(second);');
    insert('\n  third');
    show(2, 'other');
    assert.deepEqual(outcomes.slice(1, 5), [
      { type: 'accepted', id: 1, how: 'word', text: 'first' },
      { type: 'accepted', id: 1, how: 'line', text: '(second);' },
      { type: 'accepted', id: 1, how: 'word', text: '\n  third' },
      { type: 'inserted', id: 1, uri, offset: 100, text: text.slice(0, -3) },
    ]);
  });

  it('counts of a suggestion that was taken in parts only the rest at its end', () => {
    show(1);
    insert('first');
    insert(text.slice(5));
    tracker.acceptedWhole(1);
    assert.deepEqual(outcomes.slice(2), [
      { type: 'accepted', id: 1, how: 'whole', text: text.slice(5) },
      { type: 'inserted', id: 1, uri, offset: 100, text },
    ]);
  });

  it('does not take typing for acceptance, nor for rejection', () => {
    show(1);
    for (const character of text) insert(character);
    show(2);
    assert.deepEqual(told(), ['shown', 'shown']);
  });

  it('bears with the brackets that the editor closes by itself', () => {
    show(1, '(a)');
    insert('()', 1);
    show(1, 'a');
    clock.advance(10_000);
    assert.deepEqual(told(), ['shown']);
  });

  const leading: [string, () => void][] = [
    [
      'something else is typed',
      () => {
        insert('x');
      },
    ],
    [
      'the cursor goes elsewhere',
      () => {
        tracker.moveCursor(uri, 3);
      },
    ],
    [
      'another file is looked at',
      () => {
        tracker.moveCursor('file:///b.ts', 100);
      },
    ],
    [
      'text before it is replaced',
      () => {
        tracker.change(uri, [{ offset: 90, removed: 20, text: '' }]);
      },
    ],
  ];
  for (const [name, lead] of leading) {
    it(`takes a suggestion as rejected when ${name}`, () => {
      show(1);
      clock.advance(500);
      lead();
      assert.deepEqual(told(), ['shown'], 'it may still come back');
      clock.advance(5_000);
      assert.deepEqual(outcomes.at(-1), { type: 'rejected', id: 1, shownMs: 5_500 });
      clock.advance(60_000);
      assert.equal(outcomes.length, 2);
    });
  }

  it('takes a suggestion as rejected when another takes its place', () => {
    show(1);
    insert('x');
    show(2);
    assert.deepEqual(told(), ['shown', 'rejected', 'shown']);
  });

  it('follows whoever deletes back into the suggestion', () => {
    show(1);
    insert('f');
    insert('x');
    deleteBack(1);
    show(1, text.slice(1));
    deleteBack(1);
    show(1);
    insert(text);
    tracker.acceptedWhole(1);
    assert.deepEqual(told(), ['shown', 'accepted whole', 'inserted']);
    assert.deepEqual(outcomes.at(-1), { type: 'inserted', id: 1, uri, offset: 100, text });
  });

  it('moves with what changes above, and minds nothing below or in other files', () => {
    show(1);
    tracker.change(uri, [{ offset: 10, removed: 2, text: 'a longer text' }]);
    cursor += 11;
    tracker.change(uri, [{ offset: 300, removed: 2, text: '' }]);
    tracker.change('file:///b.ts', [{ offset: 100, removed: 2, text: 'x' }]);
    insert(text);
    tracker.acceptedWhole(1);
    assert.deepEqual(outcomes.at(-1), { type: 'inserted', id: 1, uri, offset: 111, text });
  });

  it('ignores an acceptance of what it does not follow', () => {
    tracker.acceptedWhole(7);
    show(1);
    tracker.acceptedWhole(7);
    assert.deepEqual(told(), ['shown']);
  });
});
