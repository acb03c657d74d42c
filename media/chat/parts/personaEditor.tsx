import { t } from '../../../src/base/texts.ts';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { uuidV7 } from '../../../src/base/identifiers.ts';
import { type Persona, personaLimits } from '../../../src/protocol/chatSetup.ts';
import type { ChatState } from '../chatState.ts';
import type { Ask } from '../chatConnection.ts';
import { type PersonaForm, formOf, readForm } from '../personaForm.ts';
import { Icon, IconButton } from './icon.tsx';

interface PersonaEditorProps {
  /** Null: a new one. */
  readonly persona: Persona | null;
  readonly state: ChatState;
  readonly ask: Ask;
  readonly close: () => void;
  /** Hears that this one was deleted, so that it can be taken back. */
  readonly onDeleted: (persona: Persona) => void;
}

/** The form of a persona: what it is told, who answers for it and how, and how chats with it begin. */
export function PersonaEditor({ persona, state, ask, close, onDeleted }: PersonaEditorProps): JSX.Element {
  /** Null again once it is copied: the copy is another one. */
  const known = useSignal<Persona | null>(persona);
  const form = useSignal<PersonaForm>(formOf(persona));
  const problem = useSignal<{ readonly field: keyof PersonaForm | null; readonly message: string } | null>(null);
  const isSaving = useSignal(false);
  const root = useRef<HTMLDivElement>(null);
  const newId = useRef(uuidV7(Date.now()));
  useLayoutEffect(() => {
    root.current?.querySelector<HTMLElement>('input')?.focus();
  }, []);

  const change = (field: keyof PersonaForm, value: string): void => {
    form.value = { ...form.value, [field]: value };
    if (problem.value?.field === field || problem.value?.field === null) problem.value = null;
  };
  const save = async (): Promise<void> => {
    if (isSaving.value) return;
    const others = state.setup.value.personas.filter(({ id }) => id !== known.value?.id);
    const read = readForm(form.value, known.value?.id ?? newId.current, others);
    if ('problem' in read) {
      problem.value = read;
      root.current?.querySelector<HTMLElement>(`[name=${read.field}]`)?.focus();
      return;
    }
    problem.value = null;
    isSaving.value = true;
    const isSaved = await ask('savePersona', read.persona);
    // What is new is wanted now.
    const isThere = isSaved && (known.value !== null || (await ask('pickPersona', { id: read.persona.id })));
    isSaving.value = false;
    if (isThere) close();
    else problem.value = { field: null, message: state.failure.value ?? t('It could not be saved.') };
  };
  const remove = async (gone: Persona): Promise<void> => {
    if (!(await ask('deletePersona', { id: gone.id }))) return;
    onDeleted(gone);
    close();
  };
  const field = (name: keyof PersonaForm, label: string, hint: string, rows = 1): JSX.Element => {
    const isWrong = problem.value?.field === name;
    const own = {
      id: `persona-${name}`,
      name,
      value: form.value[name],
      'aria-describedby': `persona-${name}-hint`,
      'aria-invalid': isWrong,
      dir: 'auto' as const,
    };
    return (
      <div class={`persona-field ${isWrong ? 'wrong' : ''}`}>
        <label for={`persona-${name}`}>{label}</label>
        {rows === 1 ? (
          <input
            {...own}
            type="text"
            onInput={({ currentTarget }) => {
              change(name, currentTarget.value);
            }}
          />
        ) : (
          <textarea
            {...own}
            rows={rows}
            onInput={({ currentTarget }) => {
              change(name, currentTarget.value);
            }}
          />
        )}
        <div class="persona-hint" id={`persona-${name}-hint`} role={isWrong ? 'alert' : undefined}>
          {isWrong && <Icon name="error" />} {isWrong ? problem.value?.message : hint}
        </div>
      </div>
    );
  };
  const title = known.value === null ? t('New persona') : t('Change “{0}”', known.value.name);
  return (
    <div
      class="persona-editor"
      ref={root}
      role="dialog"
      aria-label={title}
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
        else if (event.key === 'Enter' && (event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey))
          void save();
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <div class="versions-bar">
        <h2>{title}</h2>
        <IconButton icon="close" label={t('Close without saving')} onClick={close} />
      </div>
      <div class="persona-fields">
        {field('name', t('Name'), t('How it is called in the list.'))}
        {field('description', t('Description'), t('What it is for, in a few words.'))}
        {field(
          'prompt',
          t('Instructions'),
          t('What the model is told: who it is, what to look for, how to answer.'),
          8,
        )}
        <div class="persona-field">
          <label for="persona-model">{t('Model')}</label>
          <select
            id="persona-model"
            name="model"
            aria-describedby="persona-model-hint"
            onChange={({ currentTarget }) => {
              change('model', currentTarget.value);
            }}
          >
            {modelOptions(state, form.value.model).map(({ value, label }) => (
              <option key={value} value={value} selected={value === form.value.model}>
                {label}
              </option>
            ))}
          </select>
          <div class="persona-hint" id="persona-model-hint">
            {t('If it is not there some day, the picked model answers instead.')}
          </div>
        </div>
        {field('temperature', t('Temperature'), t('0 is strict, 1 is free. Empty: as the provider has it.'))}
        {field('starters', t('Questions to begin with'), t('One a line, at most {0}.', personaLimits.starters), 4)}
      </div>
      {problem.value?.field === null && (
        <p class="persona-problem" role="alert">
          <Icon name="error" /> {problem.value.message}
        </p>
      )}
      <div class="persona-actions">
        <vscode-button disabled={isSaving.value} onClick={() => void save()}>
          {t('Save')}
        </vscode-button>
        {known.value !== null && (
          <>
            <vscode-button
              secondary
              onClick={() => {
                known.value = null;
                newId.current = uuidV7(Date.now());
                change('name', t('{0} copy', form.value.name).slice(0, personaLimits.name));
                root.current?.querySelector<HTMLInputElement>('[name=name]')?.select();
              }}
            >
              {t('Duplicate')}
            </vscode-button>
            <vscode-button
              secondary
              onClick={() => {
                if (known.value !== null) void remove(known.value);
              }}
            >
              {t('Delete')}
            </vscode-button>
          </>
        )}
      </div>
    </div>
  );
}

/** What can be picked now, and what the persona has although it cannot. */
function modelOptions(state: ChatState, current: string): readonly { value: string; label: string }[] {
  const there = (state.models.value?.providers ?? []).flatMap(({ models }) =>
    models.map(({ ref }) => ({ value: `${ref.provider}/${ref.model}`, label: state.modelName(ref) })),
  );
  const isThere = current === '' || there.some(({ value }) => value === current);
  const gone = isThere ? [] : [{ value: current, label: t('{0} (not there now)', current) }];
  return [{ value: '', label: t('Whichever is picked') }, ...gone, ...there];
}
