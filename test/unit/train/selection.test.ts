import assert from 'node:assert/strict';
import { balanced } from '../../train/embedding/balance.ts';
import { evaluationSets } from '../../train/embedding/evaluationSet.ts';
import { LeakCheck } from '../../train/embedding/leaks.ts';
import type { Pair } from '../../train/embedding/pairs.ts';
import { chooseVocabulary } from '../../train/embedding/vocabulary.ts';

function pair(number: number, more: Partial<Pair> = {}): Pair {
  return {
    kind: 'documented',
    language: 'python',
    package: `package${number % 10}`,
    path: `src/file${number}.py`,
    query: `Question number ${number} about things`,
    code: `def f${number}():\n  return ${number}`,
    ...more,
  };
}

function pairs(count: number, more: Partial<Pair> = {}): Pair[] {
  return Array.from({ length: count }, (_, number) => pair(number, more));
}

describe('What is trained on', () => {
  it('has as much of a rare language as there is, and no more of a frequent one than allowed', () => {
    const rare = pairs(20, { language: 'shellscript' }).map((each) => ({
      ...each,
      code: `${each.code} # shell`,
      query: `${each.query} shell`,
    }));
    const counts = balanced([...pairs(1000), ...rare], 100).map(({ language }) => language);
    assert.equal(counts.filter((language) => language === 'python').length, 100);
    assert.equal(counts.filter((language) => language === 'shellscript').length, 20);
  });

  it('has of one package no more than its share', () => {
    const chosen = balanced([...pairs(500, { package: 'large' }), pair(501), pair(502)], 100);
    assert.equal(chosen.filter((each) => each.package === 'large').length, 15);
    assert.equal(chosen.length, 17);
  });

  it('has no code twice and no question more than twice', () => {
    const same = [pair(1), pair(2, { code: `${pair(1).code}  ` }), ...pairs(9, { query: 'Get the value of it' })];
    const chosen = balanced(same, 1000);
    assert.equal(new Set(chosen.map(({ code }) => code.replaceAll(/\s/g, ''))).size, chosen.length);
    assert.equal(chosen.filter(({ query }) => query === 'Get the value of it').length, 2);
  });

  it('is the same whatever the order', () => {
    const all = pairs(300);
    assert.deepEqual(new Set(balanced(all, 50)), new Set(balanced(all.toReversed(), 50)));
  });

  it('holds no copy of an answer and no question that is asked', () => {
    const code = 'function sumUp(list) { let sum = 0; for (const each of list) sum += each; return sum; }';
    const check = new LeakCheck([{ query: 'Adds up all numbers', code }]);
    const other = 'function other(list) { return list.map((each) => each * 2).filter((each) => each > 10).length; }';
    assert.equal(check.isLeak({ query: 'Something else', code: `/* copied */ ${code} more();` }), true);
    assert.equal(check.isLeak({ query: 'Something else', code: code.replace('sumUp', 'addAll') }), true);
    assert.equal(check.isLeak({ query: 'all numbers adds_up', code: other }), true);
    assert.equal(check.isLeak({ query: 'Something else', code: other }), false);
  });

  it('has a vocabulary of what many pairs share', () => {
    const vocabulary = chooseVocabulary([...pairs(10), pair(11, { query: 'unheard' })], 29_000);
    assert.ok(['question', 'def', 'return', 'about'].every((word) => vocabulary.includes(word)));
    assert.ok(!vocabulary.includes('unheard'));
    assert.equal(new Set(vocabulary).size, vocabulary.length);
    assert.equal(chooseVocabulary(pairs(10), 700).length <= 700, true);
  });
});

describe('What is asked', () => {
  it('is documented, asked once, and found among code that is there once', () => {
    const all = [
      ...pairs(50),
      ...pairs(50, { language: 'go' }).map((each) => ({
        ...each,
        code: `${each.code} // go`,
        query: `${each.query} in Go`,
      })),
      pair(90, { kind: 'named', query: 'f ninety' }),
      pair(91, { query: 'The same question' }),
      pair(92, { query: 'The same question' }),
      pair(93, { code: pair(1).code }),
    ];
    const [scripting, compiled] = evaluationSets(all);
    assert.ok(scripting !== undefined && compiled !== undefined);
    assert.equal(compiled.asked.length, 50);
    assert.ok(scripting.asked.every(({ kind, query }) => kind === 'documented' && query !== 'The same question'));
    const codes = [...scripting.asked, ...scripting.others].map(({ code }) => code);
    assert.equal(new Set(codes).size, codes.length);
  });
});
