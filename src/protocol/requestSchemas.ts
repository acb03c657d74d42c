import * as v from 'valibot';
import { SextantError } from '../base/errors.ts';
import { t } from '../base/texts.ts';

/** The id of a row. */
export const idSchema = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/u));
/** The name of a model or a provider. */
export const nameSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(256));

/** The path of a file or a folder. */
export const filePathSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(4_096));

/** The number of a line, counted from 1. */
export const lineSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(1));

/** Checks what a request brings; throws a sentence for what does not fit. */
export function checkedBy<Output>(schema: v.GenericSchema<unknown, Output>): (params: unknown) => Output {
  return (params) => {
    const result = v.safeParse(schema, params);
    if (result.success) return result.output;
    throw new SextantError('invalid', t('The view sent a request that is not valid: {0}', result.issues[0].message));
  };
}
