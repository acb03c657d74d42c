import * as v from 'valibot';
import { SextantError } from '../base/errors.ts';
import { t } from '../base/texts.ts';

/**
 * Checks what the extension host tells a page; throws a sentence for what does not fit. A page draws what it is told
 * and trusts none of it to be of the form that it should have.
 */
export function told<Output>(schema: v.GenericSchema<unknown, Output>): (value: unknown) => Output {
  return (value) => {
    const result = v.safeParse(schema, value);
    if (result.success) return result.output;
    throw new SextantError(
      'invalid',
      t('The extension sent something that is not valid: {0}', result.issues[0].message),
    );
  };
}

/** How far an index is. */
export const indexStatusSchema = v.looseObject({
  phase: v.picklist(['none', 'opening', 'scanning', 'indexing', 'paused', 'ready', 'failed']),
  filesDone: v.number(),
  filesTotal: v.number(),
  chunks: v.number(),
  skipped: v.record(v.string(), v.number()),
  message: v.exactOptional(v.string()),
});
