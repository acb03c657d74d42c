// `npm run l10n`: how far each language is. `-- --missing de`: the texts that German lacks, as JSON; put the
// German in place of the English. `-- --merge de FILE`: takes what is in such a file, once it is found right.
import { readFileSync } from 'node:fs';
import { runTask } from '../runTask.ts';
import { englishTexts, faultsOf, languages, missingTexts, translationsOf, writeTranslations } from '../translations.ts';

runTask(async () => {
  const [what, name, file] = process.argv.slice(2);
  const language = languages.find((known) => known === name);
  if (what === '--missing' && language !== undefined) {
    process.stdout.write(`${JSON.stringify(missingTexts(language), null, 2)}\n`);
  } else if (what === '--merge' && language !== undefined && file !== undefined) {
    const given = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    const english = englishTexts();
    const taken: Record<string, string> = {};
    for (const [key, text] of Object.entries(given)) {
      const faults = english[key] === undefined ? ['is no text of Sextant'] : faultsOf(english[key], text);
      if (faults.length === 0) taken[key] = String(text);
      for (const fault of faults) console.error(`${JSON.stringify(key)} ${fault}`);
    }
    writeTranslations(language, { ...translationsOf(language), ...taken });
    console.log(`${Object.keys(taken).length} of ${Object.keys(given).length} taken.`);
    return Object.keys(taken).length === Object.keys(given).length;
  } else if (what === undefined) {
    const total = Object.keys(englishTexts()).length;
    for (const each of languages) console.log(`${each}: ${total - Object.keys(missingTexts(each)).length} of ${total}`);
  } else {
    console.error(`Say --missing LANGUAGE or --merge LANGUAGE FILE; LANGUAGE is one of ${languages.join(', ')}.`);
    return false;
  }
  return true;
});
