import { existsSync } from 'node:fs';
import { InvalidArgumentError, Option } from 'commander';
import { SextantError } from '../base/errors.ts';

/** A command line that cannot be meant: its sentence is shown and the exit code is that of wrong usage. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface StoreOption {
  readonly store?: string;
}

/** `--store DIR` */
export function storeOption(): Option {
  return new Option('--store <DIR>', 'keep index and database in DIR instead of the user’s data folder').argParser(
    notEmpty,
  );
}

/** A parser for a whole number of a range. */
export function wholeNumber(min: number, max: number): (typed: string) => number {
  return (typed) => {
    const value = Number(typed);
    if (!/^\d+$/.test(typed) || value < min || value > max) {
      throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`);
    }
    return value;
  };
}

/** A parser for text that says something. */
export function notEmpty(typed: string): string {
  if (typed.trim() === '') throw new InvalidArgumentError('It is empty.');
  return typed;
}

/** The path itself, when nothing is there: what a command writes never takes the place of something else. */
export function newFile(file: string): string {
  if (existsSync(file)) throw new SextantError('invalid', `${file} is there already. Give another name.`);
  return file;
}
