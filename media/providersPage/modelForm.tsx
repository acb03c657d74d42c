import { type Signal, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { t } from '../../src/base/texts.ts';
import { type ModelCorrection, modelAbilities } from '../../src/protocol/modelInfo.ts';
import type { ModelEntry, SaidOfModel } from '../../src/protocol/providersPage.ts';
import { abilityName } from './abilityName.ts';

/** What the user says of a model and of its price. */
export type Said = Pick<SaidOfModel, 'correction' | 'price'>;

interface ModelFormProps {
  readonly model: ModelEntry;
  /** With what the user says of the model from now on; undefined: as before. */
  readonly close: (said?: Said) => void;
}

/** What the user says of a model, field by field; an empty one is as the provider has it. */
export function ModelForm({ model: { listed, correction, price, ownPrice }, close }: ModelFormProps): JSX.Element {
  const name = useSignal(correction.displayName ?? '');
  const contextWindow = useSignal(String(correction.contextWindow ?? ''));
  const outputLimit = useSignal(String(correction.outputLimit ?? ''));
  const can = useSignal(correction.can ?? {});
  const input = useSignal(String(ownPrice?.input ?? ''));
  const cachedInput = useSignal(String(ownPrice?.cachedInput ?? ''));
  const output = useSignal(String(ownPrice?.output ?? ''));
  const hasPrice = [input, cachedInput, output].some(({ value }) => value !== '');
  const form = useRef<HTMLFormElement>(null);
  const save = (): void => {
    // Of a number that cannot be one, the field itself says so.
    if (form.current?.reportValidity() !== true) return;
    const said: ModelCorrection = {
      ...(name.value.trim() === '' ? {} : { displayName: name.value.trim() }),
      ...(contextWindow.value === '' ? {} : { contextWindow: Number(contextWindow.value) }),
      ...(outputLimit.value === '' ? {} : { outputLimit: Number(outputLimit.value) }),
      ...(Object.keys(can.value).length === 0 ? {} : { can: can.value }),
    };
    close({
      correction: Object.keys(said).length === 0 ? null : said,
      price: hasPrice
        ? {
            // What it costs to have input kept has no field here, and stays.
            ...(ownPrice?.cacheWrite === undefined ? {} : { cacheWrite: ownPrice.cacheWrite }),
            input: Number(input.value),
            ...(cachedInput.value === '' ? {} : { cachedInput: Number(cachedInput.value) }),
            output: Number(output.value),
          }
        : null,
    });
  };
  return (
    <form
      ref={form}
      noValidate
      class="model-form"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
    >
      <label>
        {t('Name')}
        <input
          class="field"
          type="text"
          maxLength={256}
          autoFocus
          placeholder={listed.displayName ?? listed.id}
          value={name.value}
          onInput={({ currentTarget }) => {
            name.value = currentTarget.value;
          }}
        />
      </label>
      <NumberField label={t('Context window (tokens)')} listed={listed.contextWindow} value={contextWindow} />
      <NumberField label={t('Longest answer (tokens)')} listed={listed.outputLimit} value={outputLimit} />
      <fieldset>
        <legend>{t('What it can')}</legend>
        {modelAbilities.map((ability) => (
          <label key={ability}>
            {abilityName(ability)}
            <select
              class="select"
              value={String(can.value[ability] ?? '')}
              onChange={({ currentTarget: { value } }) => {
                const others = Object.entries(can.value).filter(([each]) => each !== ability);
                can.value = Object.fromEntries(value === '' ? others : [...others, [ability, value === 'true']]);
              }}
            >
              <option value="">{asListed(listed.can?.[ability])}</option>
              <option value="true">{t('yes')}</option>
              <option value="false">{t('no')}</option>
            </select>
          </label>
        ))}
      </fieldset>
      <fieldset>
        <legend>{t('Price, in dollars for a million tokens')}</legend>
        <NumberField label={t('Input')} listed={price?.input} value={input} isPrice isNeeded={hasPrice} />
        <NumberField label={t('Cached input')} listed={price?.cachedInput} value={cachedInput} isPrice />
        <NumberField label={t('Output')} listed={price?.output} value={output} isPrice isNeeded={hasPrice} />
      </fieldset>
      <div class="actions">
        <vscode-button onClick={save}>{t('Save')}</vscode-button>
        <vscode-button
          secondary={true}
          onClick={() => {
            close({ correction: null, price: null });
          }}
        >
          {t('As Listed')}
        </vscode-button>
        <vscode-button
          secondary={true}
          onClick={() => {
            close();
          }}
        >
          {t('Cancel')}
        </vscode-button>
      </div>
    </form>
  );
}

function asListed(can: boolean | undefined): string {
  if (can === undefined) return t('not known');
  return can ? t('as listed: yes') : t('as listed: no');
}

interface NumberFieldProps {
  readonly label: string;
  readonly listed: number | undefined;
  readonly value: Signal<string>;
  /** Otherwise it is a number of tokens. */
  readonly isPrice?: boolean;
  readonly isNeeded?: boolean;
}

function NumberField({ label, listed, value, isPrice = false, isNeeded = false }: NumberFieldProps): JSX.Element {
  return (
    <label>
      {label}
      <input
        class="field"
        type="number"
        min={isPrice ? 0 : 1}
        max={isPrice ? 1_000_000 : 1_000_000_000}
        step={isPrice ? 'any' : 1}
        required={isNeeded}
        placeholder={listed === undefined ? t('not known') : String(listed)}
        value={value.value}
        onInput={({ currentTarget }) => {
          value.value = currentTarget.value;
        }}
      />
    </label>
  );
}
