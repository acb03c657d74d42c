import assert from 'node:assert/strict';
import fc from 'fast-check';
import { keptShare } from '../../../../src/completion/tracking/keptShare.ts';
import { type Kept, Survival } from '../../../../src/completion/tracking/survival.ts';
import type { TextChange } from '../../../../src/completion/tracking/textChange.ts';
import { ManualClock } from '../scriptedModel.ts';

const uri = 'file:///a.ts';

describe('What was taken of a suggestion', () => {
  let clock: ManualClock;
  let document: string | undefined;
  let survival: Survival;
  let kept: Kept[];

  beforeEach(() => {
    clock = new ManualClock();
    document = 'before INSERTED after';
    survival = new Survival(clock, (asked, start, end) => (asked === uri ? document?.slice(start, end) : undefined));
    kept = [];
    survival.onDidLook((look) => kept.push(look));
    survival.follow({ id: 1, uri, offset: 7, text: 'INSERTED' });
  });

  afterEach(() => {
    survival.dispose();
  });

  function change(...changes: TextChange[]): void {
    for (const { offset, removed, text } of changes) {
      document = document!.slice(0, offset) + text + document!.slice(offset + removed);
    }
    survival.change(uri, changes);
  }

  const shares = (): number[] => kept.map(({ share }) => share);

  it('is looked at after half a minute and after five', () => {
    clock.advance(29_000);
    assert.deepEqual(kept, []);
    clock.advance(1_000);
    clock.advance(270_000);
    clock.advance(1_000_000);
    assert.deepEqual(kept, [
      { id: 1, afterSeconds: 30, share: 1 },
      { id: 1, afterSeconds: 300, share: 1 },
    ]);
  });

  it('is found wherever it has moved to', () => {
    change({ offset: 0, removed: 3, text: 'a much longer text' });
    change({ offset: document!.length - 5, removed: 5, text: '' });
    change({ offset: document!.indexOf('INSERTED'), removed: 0, text: 'just before it: ' });
    clock.advance(30_000);
    assert.deepEqual(shares(), [1]);
  });

  it('counts by how much of it is left', () => {
    change({ offset: 7, removed: 4, text: '' });
    clock.advance(30_000);
    change({ offset: 0, removed: document!.length, text: 'something else' });
    clock.advance(270_000);
    assert.deepEqual(shares(), [0.5, 0]);
  });

  it('is not judged in a document that is closed', () => {
    survival.close(uri);
    clock.advance(300_000);
    assert.deepEqual(kept, []);
  });

  it('is not judged where the document cannot be read any more', () => {
    document = undefined;
    clock.advance(300_000);
    assert.deepEqual(kept, []);
  });

  it('keeps its place through any changes beside it', () => {
    const beside = fc.record({
      before: fc.boolean(),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      removed: fc.nat(5),
      text: fc.string(),
    });
    fc.assert(
      fc.property(fc.array(beside, { maxLength: 20 }), (changes) => {
        document = 'some text in front INSERTED some text behind';
        const followed = new Survival(clock, (_, start, end) => document?.slice(start, end));
        const looks: Kept[] = [];
        followed.onDidLook((look) => looks.push(look));
        let start = document.indexOf('INSERTED');
        followed.follow({ id: 2, uri, offset: start, text: 'INSERTED' });
        for (const { before, at, removed, text } of changes) {
          const [from, to] = before ? [0, start] : [start + 8, document.length];
          const offset = Math.floor(from + at * (to - from));
          const length = Math.min(removed, to - offset);
          document = document.slice(0, offset) + text + document.slice(offset + length);
          followed.change(uri, [{ offset, removed: length, text }]);
          if (before) start += text.length - length;
        }
        clock.advance(30_000);
        followed.dispose();
        assert.equal(looks[0]?.share, 1);
      }),
    );
  });
});

describe('The share of a text that was kept', () => {
  it('is the edit distance over the longer length', () => {
    assert.equal(keptShare('abcd', 'abcd'), 1);
    assert.equal(keptShare('abcd', ''), 0);
    assert.equal(keptShare('', ''), 1);
    assert.equal(keptShare('abcd', 'abXd'), 0.75);
    assert.equal(keptShare('abcd', 'abcdefgh'), 0.5);
  });

  it('is counted in words and lines where the text is long', () => {
    const lines = Array.from({ length: 3_000 }, (_, at) => `const name${at} = call(${at});\n`);
    assert.equal(keptShare(lines.join(''), lines.join('')), 1);
    const half = keptShare(lines.join(''), lines.slice(0, 1_500).join(''));
    assert.ok(Math.abs(half - 0.5) < 0.02, String(half));
    const other = keptShare(lines.join(''), lines.map((line) => line.toUpperCase()).join(''));
    assert.ok(other < 0.7, String(other));
  });

  it('is between 0 and 1, and 1 only for what is the same', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, now) => {
        const share = keptShare(before, now);
        assert.ok(share >= 0 && share <= 1);
        assert.equal(share === 1, before === now);
      }),
    );
  });
});
