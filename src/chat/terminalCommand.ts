import { SextantError } from '../base/errors.ts';
import { t } from '../base/texts.ts';

/** More is not read before it is run. Characters. */
const LONGEST = 2_000;
/** What a terminal obeys, or what makes a text look other than it is: control characters, direction marks. */
const unseen = /[\0-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;

/**
 * The command in a code block as it is to be run: without the prompts of a session, whose output is left out. Throws a
 * sentence for what nobody could judge by reading it.
 */
export function terminalCommand(text: string): string {
  const lines = text.replaceAll(/\r\n?/gu, '\n').trim().split('\n');
  const prompted = lines.filter((line) => /^\s*\$ /u.test(line)).map((line) => line.replace(/^\s*\$ /u, ''));
  const command = (prompted.length > 0 ? prompted : lines).join('\n').trim();
  if (command === '') throw new SextantError('invalid', t('There is no command in this block.'));
  if (command.length > LONGEST) {
    throw new SextantError('invalid', t('This is too long to be judged at a glance. Copy it and look at it first.'));
  }
  if (unseen.test(command)) {
    throw new SextantError(
      'invalid',
      t('This holds characters that cannot be seen, so it is not run. Copy it and look at it.'),
    );
  }
  return command;
}
