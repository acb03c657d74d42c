import * as v from 'valibot';
import type { AnswerFigures } from '../models/meterModel.ts';

const amount = v.nullable(v.pipe(v.number(), v.minValue(0)));

export const figuresSchema = v.strictObject({
  costMicrousd: amount,
  isBilled: v.boolean(),
  firstTokenMs: amount,
  tokensPerSecond: amount,
}) satisfies v.GenericSchema<AnswerFigures>;

/** What is stored as such, which an imported chat may have from anywhere: null where it is not of this form. */
export function readFigures(stored: unknown): AnswerFigures | null {
  const result = v.safeParse(figuresSchema, stored);
  return result.success ? result.output : null;
}
