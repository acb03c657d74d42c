import { SextantError } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';
import { crc32 } from '../engine/crc32.ts';

/*
 * A key for writing down: its 32 bytes and 3 of a checksum in Crockford's base32 (https://www.crockford.com/base32.html),
 * 14 groups of 4. No letter can be taken for a digit, and what was is understood.
 */

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const SECRET_BYTES = 32;
const CHECKSUM_BYTES = 3;
const GROUP = 4;
const DIGITS = ((SECRET_BYTES + CHECKSUM_BYTES) * 8) / 5;

/** `XXXX-XXXX-…` */
export function encodeRecoveryCode(secret: Uint8Array): string {
  const digits = toDigits(Uint8Array.of(...secret, ...checksum(secret)));
  return recoveryGroups(digits).join('-');
}

/** The groups of a code, or of what has been typed of it. */
export function recoveryGroups(code: string): string[] {
  return normalise(code).match(new RegExp(`.{1,${GROUP}}`, 'g')) ?? [];
}

/** The secret; spaces, dashes and the case of letters do not matter. Code `invalid` says what is wrong with the code. */
export function decodeRecoveryCode(typed: string): Uint8Array {
  const digits = normalise(typed);
  const stranger = [...digits].find((digit) => !ALPHABET.includes(digit));
  if (stranger !== undefined) throw invalid(t('“{0}” stands in no recovery code.', stranger));
  if (digits.length !== DIGITS) {
    throw invalid(
      t(
        'A recovery code has {0} groups of {1}; this has {2} of {3} characters.',
        DIGITS / GROUP,
        GROUP,
        digits.length,
        DIGITS,
      ),
    );
  }
  const bytes = toBytes(digits);
  const secret = bytes.slice(0, SECRET_BYTES);
  if (checksum(secret).some((byte, index) => byte !== bytes[SECRET_BYTES + index])) {
    throw invalid(t('This is not quite the code: a character is wrong, or two have changed places.'));
  }
  return secret;
}

function normalise(typed: string): string {
  return typed
    .replace(/[\s\p{Dash}]/gu, '')
    .toUpperCase()
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1');
}

function checksum(secret: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, crc32(secret));
  return bytes.subarray(4 - CHECKSUM_BYTES);
}

function toDigits(bytes: Uint8Array): string {
  let digits = '';
  let rest = 0;
  let bits = 0;
  for (const byte of bytes) {
    rest = (rest << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) digits += ALPHABET[(rest >> (bits - 5)) & 31] ?? '';
    rest &= (1 << bits) - 1;
  }
  return digits;
}

function toBytes(digits: string): Uint8Array {
  const bytes: number[] = [];
  let rest = 0;
  let bits = 0;
  for (const digit of digits) {
    rest = (rest << 5) | ALPHABET.indexOf(digit);
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push(rest >> bits);
    rest &= (1 << bits) - 1;
  }
  return Uint8Array.from(bytes);
}

function invalid(reason: string): SextantError {
  return new SextantError('invalid', reason);
}
