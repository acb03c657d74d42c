import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from 'node:fs';
import path from 'node:path';

const AT_ONCE = 16;
const HASH_BYTES = 32;

/** A model, and where its vectors are kept. */
export interface KeptModel {
  readonly name: string;
  /** Another model keeps them elsewhere. */
  readonly file: string;
  readonly dimensions: number;
  /** It reads no more of a text. */
  readonly mostCharacters: number;
  readonly embed: (texts: readonly string[]) => Promise<readonly Float32Array[]>;
}

/** Vectors of texts, each made once: they are kept by the text’s hash as soon as they are there, so that a run that was stopped goes on. */
export class KeptVectors {
  readonly #model: KeptModel;
  #kept: Map<string, Float32Array> | undefined;

  constructor(model: KeptModel) {
    this.#model = model;
  }

  /** One for each text; `what` they are of is told while it takes long. */
  async of(texts: readonly string[], what: string): Promise<Float32Array[]> {
    const { dimensions, embed, file, mostCharacters, name } = this.#model;
    const vectors = (this.#kept ??= this.#read());
    const hashed = texts.map((text) => text.slice(0, mostCharacters)).map((text) => ({ text, hash: hashOf(text) }));
    const missing = [...new Map(hashed.map((each) => [each.hash, each])).values()]
      .filter(({ hash }) => !vectors.has(hash))
      // Those of one length together, so that little is filled up.
      .sort((a, b) => a.text.length - b.text.length);
    if (missing.length > 1) console.log(`Embedding ${missing.length} texts of ${what} with ${name} …`);
    for (let start = 0; start < missing.length; start += AT_ONCE) {
      const some = missing.slice(start, start + AT_ONCE);
      const made = await embed(some.map(({ text }) => text));
      const records = some.map(({ hash }, index) => {
        const vector = made[index] ?? new Float32Array(dimensions);
        vectors.set(hash, vector);
        return Buffer.concat([Buffer.from(hash, 'hex'), new Uint8Array(Float32Array.from(vector).buffer)]);
      });
      appendFileSync(file, Buffer.concat(records));
    }
    return hashed.map(({ hash }) => vectors.get(hash) ?? new Float32Array(dimensions));
  }

  /** Records of a hash and its vector. What a run that was stopped left half written is cut off. */
  #read(): Map<string, Float32Array> {
    const { dimensions, file } = this.#model;
    mkdirSync(path.dirname(file), { recursive: true });
    const recordBytes = HASH_BYTES + 4 * dimensions;
    const bytes = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
    const whole = bytes.length - (bytes.length % recordBytes);
    if (whole < bytes.length) truncateSync(file, whole);
    const vectors = new Map<string, Float32Array>();
    for (let at = 0; at < whole; at += recordBytes) {
      const record = bytes.subarray(at, at + recordBytes);
      const vector = new Float32Array(new Uint8Array(record.subarray(HASH_BYTES)).buffer);
      vectors.set(record.toString('hex', 0, HASH_BYTES), vector);
    }
    return vectors;
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
