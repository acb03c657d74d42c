import assert from 'node:assert/strict';
import { Grammars } from '../../../src/index/chunks/grammars.node.ts';
import { definedParts } from '../../train/embedding/definedParts.ts';
import {
  type Pair,
  definedPairs,
  firstSentence,
  prosePairs,
  titledTestPairs,
  uniquelyDefined,
} from '../../train/embedding/pairs.ts';
import { assetDirectory } from '../index/assets.ts';

const place = { language: 'any', package: 'parser', path: 'src/a' };

/** A documented function that adds up a list in each language, and what is left of it. */
const documented: Readonly<Record<string, string>> = {
  'a.ts':
    '/**\n * Adds up all numbers of a list.\n * @param list what to add\n */\nexport function sumUp(list: number[]): number {\n  let sum = 0;\n  for (const each of list) sum += each;\n  return sum;\n}\n',
  'a.js':
    '// Adds up all numbers of a list.\nconst sumUp = (list) => {\n  let sum = 0;\n  for (const each of list) sum += each;\n  return sum;\n};\n',
  'a.py':
    'def sum_up(list):\n    """Adds up all numbers of a list.\n\n    More.\n    """\n    sum = 0\n    for each in list:\n        sum += each\n    return sum\n',
  'a.go':
    '// SumUp adds up all numbers of a list.\nfunc SumUp(list []int) int {\n\tsum := 0\n\tfor _, each := range list {\n\t\tsum += each\n\t}\n\treturn sum\n}\n',
  'a.rs':
    '/// Adds up all numbers of a list.\n#[inline]\npub fn sum_up(list: &[i64]) -> i64 {\n    let mut sum = 0;\n    for each in list { sum += each; }\n    sum\n}\n',
  'A.java':
    'class A {\n  /** Adds up all numbers of a list. */\n  int sumUp(int[] list) {\n    int sum = 0;\n    for (int each : list) sum += each;\n    return sum;\n  }\n}\n',
  'a.c':
    '/* Adds up all numbers of a list. */\nint sum_up(const int *list, int count) {\n  int sum = 0;\n  while (count-- > 0) sum += *list++;\n  return sum;\n}\n',
  'a.cpp':
    '/// \\brief Adds up all numbers of a list.\nint sumUp(const std::vector<int>& list) {\n  int sum = 0;\n  for (int each : list) sum += each;\n  return sum;\n}\n',
  'a.cs':
    'class A {\n  /// <summary>Adds up all numbers of a list.</summary>\n  int SumUp(int[] list) {\n    int sum = 0;\n    foreach (int each in list) sum += each;\n    return sum;\n  }\n}\n',
  'a.rb':
    '# Adds up all numbers of a list.\ndef sum_up(list)\n  sum = 0\n  list.each { |each| sum += each }\n  sum # the result of it all\nend\n',
  'a.php':
    '<?php\n/**\n * Adds up all numbers of a list.\n */\nfunction sumUp(array $list): int {\n  $sum = 0;\n  foreach ($list as $each) $sum += $each;\n  return $sum;\n}\n',
  'a.sh':
    '# Adds up all numbers of a list.\nsum_up() {\n  local sum=0\n  for each in "$@"; do sum=$((sum + each)); done\n  echo "$sum"\n}\n',
};

describe('Pairs to train on', () => {
  const grammars = new Grammars(assetDirectory);

  for (const [file, text] of Object.entries(documented)) {
    it(`of ${file}: the comment’s first sentence, and the function without it`, async () => {
      const pairs = definedPairs(place, await definedParts(file, text, grammars));
      const [pair] = pairs.filter(({ kind }) => kind === 'documented');
      assert.equal(pair?.query.toLowerCase(), 'adds up all numbers of a list');
      assert.ok(pair.code.includes('sum'), pair.code);
      assert.ok(!/adds up/i.test(pair.code), pair.code);
    });
  }

  async function pairsOf(file: string, text: string): Promise<Pick<Pair, 'kind' | 'query' | 'code'>[]> {
    return definedPairs(place, await definedParts(file, text, grammars)).map(({ kind, query, code }) => ({
      kind,
      query,
      code,
    }));
  }

  it('the words of a name find the function without it', async () => {
    const text =
      'function parseHttpDate(text) {\n  const parts = text.split(" ");\n  return parts.length > 3 ? parseHttpDate(parts[0]) : null;\n}\n';
    assert.deepEqual(await pairsOf('a.js', text), [
      { kind: 'named', query: 'parse http date', code: text.replaceAll('parseHttpDate', '_').trimEnd() },
    ]);
  });

  it('a test is found by what it is called', async () => {
    const text =
      'def test_date_without_zone_is_refused(self):\n    with self.assertRaises(ValueError):\n        parse_date("1 Jan 2020")\n    self.assertEqual(self.errors, 1)\n';
    const [pair] = await pairsOf('test_dates.py', text);
    assert.deepEqual([pair?.kind, pair?.query], ['test', 'date without zone is refused']);
    const titled =
      "describe('dates', () => {\n  it('refuses a date without a zone', async () => {\n    const read = parse('1 Jan 2020');\n    assert.equal(read, null);\n    assert.equal(errors.length, 1);\n  });\n});\n";
    const [other] = titledTestPairs(place, titled);
    assert.equal(other?.query, 'refuses a date without a zone');
    assert.match(other?.code ?? '', /^ {2}const read[^]*length, 1\);$/);
  });

  it('what is too short, too long or no sentence teaches nothing', async () => {
    assert.deepEqual(await pairsOf('a.js', '// Gives back what it got.\nfunction sameThing(x) { return x; }\n'), []);
    const long = `function doAllThings() {\n${'  step();\n'.repeat(100)}}\n`;
    assert.deepEqual(await pairsOf('a.js', long), []);
    for (const comment of [
      'Too short',
      'TODO: do it better one day',
      'Copyright 2020 by all authors',
      'あ い う え お か',
    ]) {
      assert.equal(firstSentence(comment), undefined);
    }
  });

  it('a README’s examples and headings, and sentences that name what is defined once', async () => {
    const parts = await definedParts('a.ts', documented['a.ts'] ?? '', grammars);
    const definitions = uniquelyDefined(parts);
    const changelog = '- Fix `sumUp` for lists without any number (#12)\n- `unknownThing` is faster than it was\n';
    assert.deepEqual(
      prosePairs(place, changelog, definitions).map(({ kind, query }) => [kind, query]),
      [['mentioned', 'Fix sumUp for lists without any number']],
    );
    assert.deepEqual(prosePairs(place, changelog, uniquelyDefined([...parts, ...parts])), []);
    const readme =
      '# How to add up a list\n\nAll numbers are added up, one after the other.\nThere is no limit to how many.\nIt takes no time.\n\n' +
      '## Example\n\nAdd up the numbers of a file:\n\n```js\nconst list = read(file);\nconst sum = sumUp(list);\nconsole.log(`The sum is ${sum}`);\n```\n';
    assert.deepEqual(
      prosePairs(place, readme, definitions).map(({ query }) => query),
      ['Add up the numbers of a file', 'How to add up a list'],
    );
  });
});
