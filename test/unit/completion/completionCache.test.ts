import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CompletionCache } from '../../../src/completion/completionCache.ts';
import type { Place } from '../../../src/completion/place.ts';
import { promptWindow } from '../../../src/completion/promptWindow.ts';

function place(prefix: string, suffix: string, other: Partial<Place> = {}): Place {
  return { model: 'p/m', uri: 'file:///a.ts', offset: prefix.length, prefix, suffix, ...other };
}

describe('The completion cache', () => {
  it('serves the place a suggestion was made for, and no other', () => {
    const cache = new CompletionCache(10);
    cache.add(place('const a', ';'), { id: 1, text: ' = 1' });
    assert.equal(cache.find(place('const a', ';'))?.text, ' = 1');
    for (const other of [
      place('const b', ';'),
      place('let  a', ';'),
      place('const a', ''),
      place('const a', ';', { uri: 'file:///b.ts' }),
      place('const a', ';', { model: 'p/n' }),
      place('const', ' a;'),
    ]) {
      assert.equal(cache.find(other)?.text, undefined, JSON.stringify(other));
    }
  });

  it('knows where a model has nothing to say, but not that it stays so', () => {
    const cache = new CompletionCache(10);
    cache.add(place('a', ''), { id: 1, text: '' });
    assert.equal(cache.find(place('a', ''))?.text, '');
    assert.equal(cache.find(place('ab', ''))?.text, undefined);
  });

  it('is used up by typing all of it', () => {
    const cache = new CompletionCache(10);
    cache.add(place('a', ''), { id: 1, text: 'bc' });
    assert.equal(cache.find(place('ab', ''))?.text, 'c');
    assert.equal(cache.find(place('abc', ''))?.text, undefined);
    assert.equal(cache.find(place('ab', ''))?.text, 'c', 'deleting leads back into it');
  });

  for (const closed of [')', '})', "'"]) {
    it(`goes on behind which the editor has closed ${closed} by itself`, () => {
      const cache = new CompletionCache(10);
      cache.add(place('f', ';\n'), { id: 1, text: '(x)' });
      assert.equal(cache.find(place('f(', `${closed};\n`))?.text, 'x)');
      assert.equal(cache.find(place('f', `${closed};\n`))?.text, undefined, 'but not without typing');
    });
  }

  it('forgets what was not used for longest', () => {
    const cache = new CompletionCache(2);
    cache.add(place('a', ''), { id: 1, text: '1' });
    cache.add(place('b', ''), { id: 1, text: '2' });
    cache.find(place('a', ''));
    cache.add(place('c', ''), { id: 1, text: '3' });
    assert.deepEqual(
      ['a', 'b', 'c'].map((prefix) => cache.find(place(prefix, ''))?.text),
      ['1', undefined, '3'],
    );
  });

  it('takes the newer of two suggestions for one place', () => {
    const cache = new CompletionCache(10);
    cache.add(place('a', ''), { id: 1, text: 'old' });
    cache.add(place('a', ''), { id: 1, text: 'new' });
    assert.equal(cache.find(place('a', ''))?.text, 'new');
  });

  it('property: typing along and deleting back serve the rest, in windows of any cut', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '😀'), minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(text, text, text, fc.integer({ min: 8, max: 120 }), (before, suggestion, after, budget) => {
        const at = (typed: string): Place => {
          const whole = { prefix: before + typed, suffix: after };
          return place('', '', { ...promptWindow(whole, budget), offset: whole.prefix.length });
        };
        const cache = new CompletionCache(10);
        cache.add(at(''), { id: 1, text: suggestion });
        for (let typed = 0; typed < suggestion.length; typed++) {
          const found = cache.find(at(suggestion.slice(0, typed)))?.text;
          // A window without any of the text before the suggestion cannot be recognised.
          if (found !== undefined || at(suggestion.slice(0, typed)).prefix.length > typed) {
            assert.equal(found, suggestion.slice(typed));
          }
        }
      }),
    );
  });
});
