import {
  type KeyObject,
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  randomBytes,
  scrypt,
} from 'node:crypto';
import { SextantError } from '../base/errors.ts';
import { t } from '../base/texts.ts';

/*
 * Keys under a passphrase, as one file. Numbers are big endian.
 *
 *   0   8  magic "SXTKEYS1", whose last digit is the version
 *   8   3  scrypt (RFC 7914): log2 of N, r, p
 *  11  16  salt
 *  27   4  bytes of the names
 *  31   …  the names that keys are filed under, as JSON: whose keys there are is told without the passphrase
 *   …  12  nonce
 *   …   …  the keys by their names, as JSON, sealed with AES-256-GCM; all before the nonce is bound to it
 *   …  16  tag
 *   …  32  SHA-256 of all before, which tells damage from a wrong passphrase
 */

const MAGIC = 'SXTKEYS1';
const SALT_BYTES = 16;
const NAMES_AT = MAGIC.length + 3 + SALT_BYTES + 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HASH_BYTES = 32;
const R = 8;
const P = 1;
/** What a file may ask for: at most 1 GB and some seconds. */
const COSTS = { least: 10, most: 20 } as const;

/** What a passphrase and a salt give. The passphrase itself is not kept. */
export interface SealingKey {
  /** log2 of scrypt's N. */
  readonly cost: number;
  readonly salt: Buffer;
  readonly key: KeyObject;
}

/** For a new file. */
export async function newSealingKey(passphrase: string, cost: number): Promise<SealingKey> {
  return await deriveKey(passphrase, cost, randomBytes(SALT_BYTES));
}

export function sealKeys({ cost, salt, key }: SealingKey, keys: ReadonlyMap<string, string>): Buffer {
  const names = Buffer.from(JSON.stringify([...keys.keys()]));
  const head = Buffer.concat([Buffer.from(MAGIC), Buffer.of(cost, R, P), salt, lengthOf(names), names]);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES }).setAAD(head);
  const sealed = [cipher.update(JSON.stringify([...keys])), cipher.final(), cipher.getAuthTag()];
  const file = Buffer.concat([head, nonce, ...sealed]);
  return Buffer.concat([file, sha256(file)]);
}

/** A file that is whole, and what it says without its passphrase. */
export interface SealedFile {
  readonly names: readonly string[];
  /** Whether it was sealed with this key. */
  isFor(sealing: SealingKey): boolean;
  /** Throws code `invalid` for a wrong passphrase. */
  unlock(passphrase: string): Promise<SealingKey>;
  /** Throws code `invalid` when it was sealed with another key. */
  open(sealing: SealingKey): ReadonlyMap<string, string>;
}

/** Throws code `damaged` for what is not, bit for bit, what was written. */
export function readSealedFile(file: Buffer): SealedFile {
  const body = file.subarray(0, -HASH_BYTES);
  const magic = file.subarray(0, MAGIC.length).toString('latin1');
  if (magic.startsWith(MAGIC.slice(0, -1)) && magic !== MAGIC && sha256(body).equals(file.subarray(-HASH_BYTES)))
    throw damaged(t('A newer Sextant has written it.'));
  if (magic !== MAGIC || file.length < NAMES_AT + NONCE_BYTES + TAG_BYTES + HASH_BYTES) throw damaged();
  if (!sha256(body).equals(file.subarray(-HASH_BYTES))) throw damaged();
  const [cost = 0, r, p] = body.subarray(MAGIC.length);
  const nonceAt = NAMES_AT + body.readUInt32BE(NAMES_AT - 4);
  if (cost < COSTS.least || cost > COSTS.most || r !== R || p !== P) throw damaged();
  if (nonceAt + NONCE_BYTES + TAG_BYTES > body.length) throw damaged();
  const salt = Buffer.from(body.subarray(MAGIC.length + 3, NAMES_AT - 4));
  const head = body.subarray(0, nonceAt);
  const nonce = body.subarray(nonceAt, nonceAt + NONCE_BYTES);
  const sealed = body.subarray(nonceAt + NONCE_BYTES, -TAG_BYTES);
  const open: SealedFile['open'] = ({ key }) => {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES }).setAAD(head);
    decipher.setAuthTag(body.subarray(-TAG_BYTES));
    try {
      const plain = Buffer.concat([decipher.update(sealed), decipher.final()]);
      return new Map(JSON.parse(plain.toString()) as [string, string][]);
    } catch {
      throw new SextantError('invalid', t('This is not the passphrase.'));
    }
  };
  return {
    names: JSON.parse(body.subarray(NAMES_AT, nonceAt).toString()) as string[],
    isFor: (sealing) => sealing.salt.equals(salt) && sealing.cost === cost,
    unlock: async (passphrase) => {
      const sealing = await deriveKey(passphrase, cost, salt);
      open(sealing);
      return sealing;
    },
    open,
  };
}

function deriveKey(passphrase: string, cost: number, salt: Buffer): Promise<SealingKey> {
  // The same letters can be typed in more than one way.
  const typed = passphrase.normalize('NFKC');
  const N = 2 ** cost;
  return new Promise((resolve, reject) => {
    scrypt(typed, salt, 32, { N, r: R, p: P, maxmem: 256 * N * R }, (error, derived) => {
      if (error !== null) {
        reject(error);
        return;
      }
      resolve({ cost, salt, key: createSecretKey(derived) });
      derived.fill(0);
    });
  });
}

function lengthOf(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return length;
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function damaged(reason = t('It is not what was written.')): SextantError {
  return new SextantError('damaged', reason);
}
