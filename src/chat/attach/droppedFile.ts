import { SextantError } from '../../base/errors.ts';
import { figure, t } from '../../base/texts.ts';
import { holdsPrivateKey, isSecretFile } from '../../privacy/secretFiles.ts';
import { type Attached, textLimit } from './attachmentSource.ts';

/** How each kind of picture that models see begins. */
const pictures: readonly (readonly [mimeType: string, begins: readonly number[], at: number])[] = [
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], 0],
  ['image/jpeg', [0xff, 0xd8, 0xff], 0],
  ['image/gif', [0x47, 0x49, 0x46, 0x38], 0],
  ['image/webp', [0x57, 0x45, 0x42, 0x50], 8],
];
/** What providers take of a picture. Bytes. */
const PICTURE_LIMIT = 5_000_000;

/** A file that was pasted or dropped: a picture or a text, by what is in it. Throws a sentence for any other, and for a name that `isSecret`. */
export function droppedFile(name: string, bytes: Uint8Array, isSecret = isSecretFile): Attached {
  const shown = name
    .replaceAll(/[\s\p{Cc}/\\]+/gu, ' ')
    .trim()
    .slice(-100);
  const label = shown === '' ? t('Pasted file') : shown;
  if (isSecret(name)) {
    throw new SextantError('invalid', t('{0} usually holds keys or passwords, so it is never sent.', label));
  }
  const mimeType = pictures.find(([, begins, at]) => begins.every((byte, index) => bytes[at + index] === byte))?.[0];
  if (mimeType !== undefined) {
    if (bytes.length > PICTURE_LIMIT)
      throw new SextantError('invalid', t('{0} is larger than 5 MB. Scale it down.', label));
    return { label, detail: sizeOf(bytes), place: null, content: { type: 'image', mimeType, bytes } };
  }
  const text = readText(bytes);
  if (text === null) {
    throw new SextantError(
      'invalid',
      t('{0} is neither text nor a picture that models see: PNG, JPEG, GIF or WebP.', label),
    );
  }
  if (text.length > textLimit) throw new SextantError('invalid', t('{0} is too large to go along as a whole.', label));
  if (holdsPrivateKey(text)) throw new SextantError('invalid', t('{0} holds a private key, so it is not sent.', label));
  return { label, detail: sizeOf(bytes), place: null, content: { type: 'text', text } };
}

function readText(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function sizeOf({ length }: Uint8Array): string {
  return length < 1_000 ? t('{0} bytes', length) : t('{0} kB', figure(Math.round(length / 1_000)));
}
