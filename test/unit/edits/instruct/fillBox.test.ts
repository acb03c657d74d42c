import assert from 'node:assert/strict';
import { fillBox } from '../../../../src/edits/instruct/fillBox.ts';

/** A box that is told late what was written into it, as VS Code’s is: what it says then is what it said before. */
class LateBox {
  #value = 'a note';
  #echoes: string[] = [];

  get value(): string {
    return this.#value;
  }

  set value(text: string) {
    this.#value = text;
    this.#echoes.push(text);
  }

  /** The oldest write is told. */
  echo(): void {
    this.#value = this.#echoes.shift() ?? this.#value;
  }

  settle(): void {
    while (this.#echoes.length > 0) this.echo();
  }
}

/** Each text is said after what happens before it has happened. */
async function* said(...steps: readonly (string | (() => void))[]): AsyncGenerator<string> {
  for (const step of steps) {
    await Promise.resolve();
    if (typeof step === 'string') yield step;
    else step();
  }
}

describe('a box that a model fills', () => {
  let box: LateBox;
  const echo = (): void => {
    box.echo();
  };
  const type = (): void => {
    box.value = 'mine';
  };
  const fail = (): void => {
    throw new Error('The server went away.');
  };

  beforeEach(() => {
    box = new LateBox();
  });

  for (const [what, steps, result, value] of [
    ['holds the whole text', ['Raise', 'Raise the tide'], 'filled', 'Raise the tide'],
    [
      'is not taken for somebody’s when it is late',
      ['Raise', 'Raise the', echo, 'Raise the tide'],
      'filled',
      'Raise the tide',
    ],
    ['is left to who types into it', ['Raise', type, 'Raise the tide'], 'left', 'mine'],
    ['is left to who types into it at the very end', ['Raise', type], 'left', 'mine'],
    ['stays as it was where there is no text', ['', ''], 'empty', 'a note'],
  ] as const) {
    it(what, async () => {
      assert.equal(await fillBox(box, 'a note', said(...steps)), result);
      box.settle();
      assert.equal(box.value, value);
    });
  }

  it('is left to who has typed into it before the first word', async () => {
    type();
    assert.equal(await fillBox(box, 'a note', said('Raise')), 'left');
    assert.equal(box.value, 'mine');
  });

  it('is as it was when the text fails, or as somebody has left it', async () => {
    await assert.rejects(fillBox(box, 'a note', said('Raise', 'Raise the', echo, fail)), /went away/);
    box.settle();
    assert.equal(box.value, 'a note');
    await assert.rejects(fillBox(box, 'a note', said('Raise', type, fail)), /went away/);
    box.settle();
    assert.equal(box.value, 'mine');
  });
});
