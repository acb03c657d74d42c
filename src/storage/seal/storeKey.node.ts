import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, randomFillSync } from 'node:crypto';
import { SextantError } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';
import type { Seal, StoreKey } from './seal.ts';

const SECRET_BYTES = 32;
const ID_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const OVERHEAD_BYTES = NONCE_BYTES + TAG_BYTES;

/** A new secret for {@link openStoreKey}. */
export function newStoreSecret(): Uint8Array {
  return randomFillSync(new Uint8Array(SECRET_BYTES));
}

/** The key that 32 secret bytes are. Code `invalid` for any other number of bytes. */
export function openStoreKey(secret: Uint8Array): StoreKey {
  if (secret.length !== SECRET_BYTES) throw new SextantError('invalid', t('The key of a store has 32 bytes.'));
  const material = secret.slice();
  const derive = (purpose: string, bytes: number): Uint8Array =>
    new Uint8Array(hkdfSync('sha256', material, new Uint8Array(), `sextant store, ${purpose}`, bytes));
  const namingKey = createSecretKey(derive('file names', 32));
  return {
    id: Buffer.from(derive('key id', ID_BYTES)).toString('hex'),
    overheadBytes: OVERHEAD_BYTES,
    sealFor: (purpose) => aesGcm(derive(`seal of ${purpose}`, 32)),
    fileName: (sha256) => createHmac('sha256', namingKey).update(sha256).digest('hex'),
  };
}

/** Nonce, what was sealed, tag. */
function aesGcm(bytes: Uint8Array): Seal {
  const key = createSecretKey(bytes);
  return {
    overheadBytes: OVERHEAD_BYTES,
    seal(plain, binding) {
      const sealed = new Uint8Array(plain.length + OVERHEAD_BYTES);
      const nonce = randomFillSync(sealed.subarray(0, NONCE_BYTES));
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(asBytes(binding));
      sealed.set(cipher.update(plain), NONCE_BYTES);
      cipher.final();
      sealed.set(cipher.getAuthTag(), sealed.length - TAG_BYTES);
      return sealed;
    },
    open(sealed, binding) {
      if (sealed.length < OVERHEAD_BYTES) return undefined;
      const nonce = sealed.subarray(0, NONCE_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(asBytes(binding));
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
      const plain = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
      try {
        decipher.final();
      } catch {
        return undefined;
      }
      return new Uint8Array(plain.buffer, plain.byteOffset, plain.length);
    },
  };
}

function asBytes(binding: Uint8Array | string): Uint8Array {
  return typeof binding === 'string' ? Buffer.from(binding) : binding;
}
