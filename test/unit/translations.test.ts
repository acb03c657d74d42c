import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../harness/project.ts';
import {
  englishTexts,
  faultsOf,
  languages,
  missingTexts,
  translationsOf,
  unreadableCalls,
} from '../harness/translations.ts';

const english = englishTexts();
const manifest: unknown = JSON.parse(readFileSync(path.join(projectRoot, 'package.json'), 'utf8'));

/** Words that a language shares with English: what consists of nothing else may be the same text. */
const shared: Readonly<Record<(typeof languages)[number], string>> = {
  de: 'backup budgets cache caches chat chats commit details filter import index json kb markdown min ms name offline persona s server symbol terminal',
  fr: 'budgets cache caches commit conversation description dimensions index instructions json markdown message messages min minutes mode ms passage passages persona s secret source sources style suggestions terminal',
  es: 'byte bytes chat chats embeddings error json kb markdown min ms no s similar terminal token tokens',
  'pt-br':
    'backup backups bug byte bytes cache caches chat chats commit embedding embeddings json kb markdown min ms offline persona s status terminal token tokens',
  ja: 'json markdown',
  ko: 'json markdown',
  'zh-cn': 'json markdown',
};

/** Members of package.json that VS Code shows. */
const shown = /^(title|description|markdownDescription|patternErrorMessage|label|name|contextualTitle|altText)$/u;

describe('The texts of Sextant', () => {
  it('stand as literals where they are asked for', () => {
    assert.deepEqual(unreadableCalls(), []);
  });

  it('stand in package.nls.json, all that VS Code shows of package.json', () => {
    const plain = textsIn((manifest as { contributes: unknown }).contributes, '').filter(
      // What begins so is the name of Sextant or of a policy, by which an administrator sets it.
      ([, text]) => !/^%.+%$/u.test(text) && !/^Sextant[A-Za-z]*$/u.test(text),
    );
    assert.deepEqual(plain, []);
  });

  it('are named in package.json, all of package.nls.json, and the other way round', () => {
    const named = [...JSON.stringify(manifest).matchAll(/"(%[\w.-]+%)"/gu)].map(([, key]) => key);
    const has = Object.keys(english).filter((key) => /^%[\w.-]+%$/u.test(key));
    assert.deepEqual([...new Set(named)].sort(), has.sort());
  });

  for (const language of languages) {
    it(`are there in ${language}, all of them, and in its own words`, () => {
      assert.deepEqual(missingTexts(language), {});
      const words = new Set(shared[language].split(' '));
      const isShared = (text: string): boolean =>
        text
          .replace(/\$\([\w~-]+\)/gu, '')
          .split(/[^\p{L}]+/u)
          .every((word) => word === '' || words.has(word.toLowerCase()));
      const same = Object.entries(translationsOf(language)).filter(([key, text]) => text === english[key]);
      assert.deepEqual(
        same.map(([, text]) => text).filter((text) => !isShared(text)),
        [],
      );
    });

    it(`are right in ${language}`, () => {
      const faults = Object.entries(translationsOf(language)).flatMap(([key, text]) => {
        const source = english[key];
        const found = source === undefined ? ['is no text any more: npm run l10n -- --merge'] : faultsOf(source, text);
        return found.map((fault) => `${key} ${fault}`);
      });
      assert.deepEqual(faults, []);
    });
  }
}).timeout(20_000);

describe('A translation', () => {
  const cases: readonly [string, string, readonly string[]][] = [
    ['{0} of {1}', '{1} 中の {0}', []],
    ['{0} of {1}', '{0} von {2}', ['placeholders: “{0} {1}” has become “{0} {2}”']],
    ['Open', ' ', ['is empty']],
    ['$(sync~spin) Indexing', '$(sync) Indizieren', ['icons: “$(sync~spin)” has become “$(sync)”']],
    ['Use `a/b`', '`a/c` verwenden', ['code: “`a/b`” has become “`a/c`”']],
    [
      '[Go](command:sextant.x)',
      '[Los](command:sextant.y)',
      ['commands: “](command:sextant.x)” has become “](command:sextant.y)”'],
    ],
  ];
  for (const [source, translated, faults] of cases) {
    it(`of “${source}” as “${translated}” is ${faults.length === 0 ? 'right' : 'refused'}`, () => {
      assert.deepEqual(faultsOf(source, translated), faults);
    });
  }
});

function textsIn(value: unknown, name: string): [string, string][] {
  if (typeof value === 'string') return shown.test(name) ? [[name, value]] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    textsIn(member, Array.isArray(value) && name === 'enumDescriptions' ? 'description' : key),
  );
}
