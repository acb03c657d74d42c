import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { t } from '../../src/base/texts.ts';
import type { ModelEntry } from '../../src/protocol/providersPage.ts';
import type { ModelCorrection } from '../../src/protocol/store.ts';

interface ModelFormProps {
  readonly model: ModelEntry;
  /** With what the user says of the model from now on; null: nothing; undefined: as before. */
  readonly close: (correction?: ModelCorrection | null) => void;
}

/** What the user says of a model, field by field; an empty one is as the provider has it. */
export function ModelForm({ model: { listed, correction }, close }: ModelFormProps): JSX.Element {
  const name = useSignal(correction.displayName ?? '');
  const contextWindow = useSignal(String(correction.contextWindow ?? ''));
  const outputLimit = useSignal(String(correction.outputLimit ?? ''));
  const pictures = useSignal(String(correction.seesImages ?? ''));
  const form = useRef<HTMLFormElement>(null);
  const save = (): void => {
    // Of a number that cannot be one, the field itself says so.
    if (form.current?.reportValidity() !== true) return;
    const said: ModelCorrection = {
      ...(name.value.trim() === '' ? {} : { displayName: name.value.trim() }),
      ...(contextWindow.value === '' ? {} : { contextWindow: Number(contextWindow.value) }),
      ...(outputLimit.value === '' ? {} : { outputLimit: Number(outputLimit.value) }),
      ...(pictures.value === '' ? {} : { seesImages: pictures.value === 'true' }),
    };
    close(Object.keys(said).length === 0 ? null : said);
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
      <Tokens label={t('Context window')} listed={listed.contextWindow} value={contextWindow} />
      <Tokens label={t('Longest answer')} listed={listed.outputLimit} value={outputLimit} />
      <label>
        {t('Pictures')}
        <select
          class="select"
          value={pictures.value}
          onChange={({ currentTarget }) => {
            pictures.value = currentTarget.value;
          }}
        >
          <option value="">{t('as listed')}</option>
          <option value="true">{t('sees them')}</option>
          <option value="false">{t('sees none')}</option>
        </select>
      </label>
      <div class="actions">
        <vscode-button onClick={save}>{t('Save')}</vscode-button>
        <vscode-button
          secondary={true}
          onClick={() => {
            close(null);
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

function Tokens(props: { label: string; listed: number | undefined; value: { value: string } }): JSX.Element {
  const { label, listed, value } = props;
  return (
    <label>
      {t('{0} (tokens)', label)}
      <input
        class="field"
        type="number"
        min={1}
        max={1_000_000_000}
        step={1}
        placeholder={listed === undefined ? t('not known') : String(listed)}
        value={value.value}
        onInput={({ currentTarget }) => {
          value.value = currentTarget.value;
        }}
      />
    </label>
  );
}
