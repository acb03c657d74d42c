import * as v from 'valibot';
import type { Contract, Flat, Validators } from '../base/rpc.ts';
import { type ChatSetupRequests, chatModes, personaLimits } from './chatSetup.ts';
import { checkedBy, idSchema, nameSchema } from './requestSchemas.ts';

interface SetupContract extends Contract {
  readonly requests: Flat<ChatSetupRequests>;
}

const line = (characters: number) => v.pipe(v.string(), v.maxLength(characters), v.regex(/^[^\p{Cc}]*$/u));

/** A persona as it may be stored. */
export const personaSchema = v.strictObject({
  id: idSchema,
  name: v.pipe(line(personaLimits.name), v.regex(/\S/u)),
  description: line(personaLimits.description),
  prompt: v.pipe(v.string(), v.maxLength(personaLimits.prompt)),
  model: v.nullable(v.strictObject({ provider: nameSchema, model: nameSchema })),
  temperature: v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(2))),
  starters: v.pipe(v.array(v.pipe(line(personaLimits.starter), v.regex(/\S/u))), v.maxLength(personaLimits.starters)),
});

/** Checks what the chat view asks about modes and personas. */
export const chatSetupValidators: Validators<SetupContract> = {
  pickMode: checkedBy(v.strictObject({ mode: v.picklist(chatModes) })),
  pickPersona: checkedBy(v.strictObject({ id: v.nullable(idSchema) })),
  savePersona: checkedBy(personaSchema),
  deletePersona: checkedBy(v.strictObject({ id: idSchema })),
};
