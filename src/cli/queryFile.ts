import { readFileSync } from 'node:fs';
import { SextantError } from '../base/errors.ts';

/** One question of many, with the name that its answer is given under. */
export interface NamedQuery {
  readonly id: string | number;
  readonly query: string;
}

/** Reads a JSON array of `{id, query}` from a file, or for `-` from standard input. Throws a sentence for all else. */
export function readQueries(file: string): NamedQuery[] {
  const name = file === '-' ? 'Standard input' : file;
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (cause) {
    throw new SextantError('not-found', `${name} cannot be read.`, { cause });
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    parsed = undefined;
  }
  if (!Array.isArray(parsed)) throw new SextantError('invalid', `${name} is not a JSON array of {id, query}.`);
  return parsed.map((each: unknown, index) => {
    if (!isNamedQuery(each)) {
      throw new SextantError('invalid', `${name}: entry ${index + 1} is not an object with an id and a query.`);
    }
    return { id: each.id, query: each.query };
  });
}

function isNamedQuery(value: unknown): value is NamedQuery {
  if (typeof value !== 'object' || value === null) return false;
  const { id, query } = value as Partial<Record<keyof NamedQuery, unknown>>;
  return (typeof id === 'string' || typeof id === 'number') && typeof query === 'string';
}
