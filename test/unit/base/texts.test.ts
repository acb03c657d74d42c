import assert from 'node:assert/strict';
import { figure, language, listed, plural, t, textParts, useLanguage } from '../../../src/base/texts.ts';

/** What most texts of a program are not: the words stand elsewhere, and a key is missing. */
const german = {
  'Remove {0}': '{0} entfernen',
  'Moved {0} to {1}.': '{0} nach {1} verschoben.',
  '{0} file': '{0} Datei',
  '{0} files in {1}': '{0} Dateien in {1}',
  '{0} file in {1}': '{0} Datei in {1}',
};

describe('Texts', () => {
  afterEach(() => {
    useLanguage('en', undefined);
  });

  it('are English when nothing else is said', () => {
    assert.equal(language(), 'en');
    assert.equal(t('Moved {0} to {1}.', 'a chat', '“Done”'), 'Moved a chat to “Done”.');
    assert.equal(plural(1, '{0} file', '{0} files'), '1 file');
    assert.equal(plural(12_345, '{0} file', '{0} files'), '12,345 files');
    assert.equal(listed(['a', 'b', 'c'], 'any'), 'a, b, or c');
  });

  it('are in the language that is used, in its order and with its numbers', () => {
    useLanguage('de', german);
    assert.equal(language(), 'de');
    assert.equal(t('Moved {0} to {1}.', 'Chat', 'Archiv'), 'Chat nach Archiv verschoben.');
    assert.equal(plural(1, '{0} file in {1}', '{0} files in {1}', 'src'), '1 Datei in src');
    assert.equal(plural(12_345, '{0} file in {1}', '{0} files in {1}', 'src'), '12.345 Dateien in src');
    assert.equal(figure(0.5, { style: 'percent' }), '50\u00a0%');
    assert.equal(listed(['a', 'b']), 'a und b');
  });

  it('write small numbers as `Intl` does, in each language that Sextant has', () => {
    for (const tag of ['en', 'de', 'es', 'fr', 'ja', 'ko', 'pt-br', 'zh-cn']) {
      useLanguage(tag, {});
      for (const value of [0, 7, 999, 1000, 1.5, -3])
        assert.equal(figure(value), new Intl.NumberFormat(tag).format(value), `${value} in ${tag}`);
    }
  });

  it('choose the plural form by the rules of the language', () => {
    useLanguage('fr', { '{0} file': '{0} fichier', '{0} files': '{0} fichiers' });
    assert.equal(plural(0, '{0} file', '{0} files'), '0 fichier');
    useLanguage('ja', { '{0} files': '{0} 件のファイル' });
    assert.equal(plural(1, '{0} file', '{0} files'), '1 件のファイル');
  });

  it('stay English where the language has none', () => {
    useLanguage('de', german);
    assert.equal(t('Not translated yet: {0}', 1), 'Not translated yet: 1');
    assert.equal(t('toString'), 'toString');
    assert.equal(t('__proto__'), '__proto__');
  });

  it('take values for what they are', () => {
    assert.equal(t('Remove {0} {1}', '{1}', '$&'), 'Remove {1} $&');
    assert.equal(t('Remove {0} {2}', 'a'), 'Remove a {2}');
    assert.equal(t('{0}'), '{0}');
  });

  it('come in parts, in the order of the language', () => {
    useLanguage('de', german);
    assert.deepEqual(textParts('Remove {0}'), ['', 0, ' entfernen']);
  });

  it('are read when the first one is needed, and once', () => {
    let reads = 0;
    useLanguage('de', () => {
      reads += 1;
      return german;
    });
    assert.equal(reads, 0);
    assert.equal(t('Remove {0}', 'x'), 'x entfernen');
    assert.equal(t('Remove {0}', 'y'), 'y entfernen');
    assert.equal(reads, 1);
  });

  for (const tag of ['', 'not a language', 'de_DE']) {
    it(`stay English for a language named “${tag}”`, () => {
      useLanguage(tag, german);
      assert.equal(t('Remove {0}', 'x'), 'Remove x');
      assert.equal(language(), 'en');
    });
  }
});
