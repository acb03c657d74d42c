import { SextantError } from '../../base/errors.ts';
import { sha256Hex } from '../../base/identifiers.ts';
import { t } from '../../base/texts.ts';
import { maskSecrets } from '../../privacy/maskSecrets.ts';
import type { ContextPassage } from '../../protocol/store.ts';

/**
 * The text of a passage exactly as it was sent, from `lines`, what stands in its place now. Only its hash is stored:
 * throws code `not-found` where the file has changed since.
 */
export async function sentPassage({ path, textHash }: ContextPassage, lines: string): Promise<string> {
  const { text } = await maskSecrets(lines);
  if ((await sha256Hex(text)) === textHash) return text;
  throw new SextantError(
    'not-found',
    t('{0} has changed since, so this passage cannot be shown as it was sent.', path),
  );
}
