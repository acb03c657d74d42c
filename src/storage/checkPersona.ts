import * as v from 'valibot';
import { SextantError } from '../base/errors.ts';
import type { Persona } from '../protocol/chatSetup.ts';
import { personaSchema } from '../protocol/chatSetupValidators.ts';

/** A persona without blanks around its texts; throws a sentence for one that cannot be kept. */
export function checkPersona(persona: Persona): Persona {
  const checked = v.safeParse(personaSchema, persona);
  if (checked.success) {
    const { name, starters, ...rest } = checked.output;
    return { ...rest, name: name.trim(), starters: starters.map((starter) => starter.trim()) };
  }
  const [issue] = checked.issues;
  const what = v.getDotPath(issue)?.split('.')[0] ?? 'form';
  throw new SextantError(
    'invalid',
    `The ${what} of this persona is not one that can be kept. Change it, and try again.`,
  );
}
