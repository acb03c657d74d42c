import { figure, t } from '../../src/base/texts.ts';
import { type Persona, personaLimits } from '../../src/protocol/chatSetup.ts';

/** A persona as it is typed. */
export interface PersonaForm {
  readonly name: string;
  readonly description: string;
  readonly prompt: string;
  /** `provider/model`; empty for whichever is picked. */
  readonly model: string;
  readonly temperature: string;
  /** One a line. */
  readonly starters: string;
}

export function formOf(persona: Persona | null): PersonaForm {
  if (persona === null) return { name: '', description: '', prompt: '', model: '', temperature: '', starters: '' };
  const { name, description, prompt, model, temperature, starters } = persona;
  return {
    name,
    description,
    prompt,
    model: model === null ? '' : `${model.provider}/${model.model}`,
    temperature: temperature === null ? '' : String(temperature),
    starters: starters.join('\n'),
  };
}

/** What is typed as a persona, or the first field that is not as it must be, with a sentence. */
export function readForm(
  form: PersonaForm,
  id: string,
  others: readonly Pick<Persona, 'name'>[],
):
  | { readonly persona: Persona }
  | { readonly problem: true; readonly field: keyof PersonaForm; readonly message: string } {
  const wrong = (field: keyof PersonaForm, message: string) => ({ problem: true, field, message }) as const;
  const name = oneLine(form.name);
  const description = oneLine(form.description);
  const prompt = form.prompt.trim();
  const starters = form.starters
    .split('\n')
    .map(oneLine)
    .filter((line) => line !== '');
  const temperature = form.temperature.trim() === '' ? null : Number(form.temperature.trim().replace(',', '.'));
  if (name === '') return wrong('name', t('Give it a name.'));
  if (name.length > personaLimits.name) return wrong('name', t('At most {0} characters.', personaLimits.name));
  if (others.some((other) => other.name.toLowerCase() === name.toLowerCase())) {
    return wrong('name', t('There is a persona of this name already.'));
  }
  if (description.length > personaLimits.description) {
    return wrong('description', t('At most {0} characters.', personaLimits.description));
  }
  if (prompt === '') return wrong('prompt', t('Say what the model is to be told.'));
  if (prompt.length > personaLimits.prompt) {
    return wrong(
      'prompt',
      t('At most {0} characters; this has {1}.', figure(personaLimits.prompt), figure(prompt.length)),
    );
  }
  if (temperature !== null && !(temperature >= 0 && temperature <= 2)) {
    return wrong('temperature', t('A number from 0 to 2, or nothing.'));
  }
  if (starters.length > personaLimits.starters || starters.some(({ length }) => length > personaLimits.starter)) {
    return wrong('starters', t('At most {0} lines of {1} characters.', personaLimits.starters, personaLimits.starter));
  }
  const slash = form.model.indexOf('/');
  const model = slash < 1 ? null : { provider: form.model.slice(0, slash), model: form.model.slice(slash + 1) };
  return { persona: { id, name, description, prompt, model, temperature, starters } };
}

function oneLine(text: string): string {
  return text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
}
