import { SextantError } from '../base/errors.ts';

const NAME_CHARACTERS = 500;

/** One line without control characters. Throws for a name of nothing. */
export function checkName(name: string): string {
  const line = name.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
  if (line === '') throw new SextantError('invalid', 'A name cannot be empty.');
  if (line.length > NAME_CHARACTERS) {
    throw new SextantError('invalid', `This name is longer than ${NAME_CHARACTERS} characters. Shorten it.`);
  }
  return line;
}
