import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { listed as inList, plural, t } from '../../src/base/texts.ts';
import type { ModelEntry } from '../../src/protocol/providersPage.ts';
import { type ModelAbilities, correctedModel, modelAbilities } from '../../src/protocol/modelInfo.ts';
import { Icon } from '../chat/parts/icon.tsx';
import { Breakable } from '../common/breakable.tsx';
import type { Figures } from '../common/figures.ts';
import { abilityName } from './abilityName.ts';
import { ModelForm, type Said } from './modelForm.tsx';

/** More are found by typing. */
const SHOWN = 50;
/** Fewer are seen at a glance. */
const FILTERED_FROM = 10;

interface ModelTableProps {
  readonly models: readonly ModelEntry[];
  readonly figures: Figures;
  readonly correct: (model: string, said: Said) => void;
  readonly add: () => void;
}

/** The models of a provider, folded until they are wanted: what each takes, and what the user says otherwise. */
export function ModelTable({ models, figures, correct, add }: ModelTableProps): JSX.Element {
  const isOpen = useSignal(false);
  return (
    <details
      class="models"
      onToggle={({ currentTarget }) => {
        isOpen.value = currentTarget.open;
      }}
    >
      <summary>{plural(models.length, '{0} model', '{0} models')}</summary>
      {isOpen.value && <Rows models={models} figures={figures} correct={correct} add={add} />}
    </details>
  );
}

function Rows({ models, figures, correct, add }: ModelTableProps): JSX.Element {
  const filter = useSignal('');
  const edited = useSignal<string | null>(null);
  const words = filter.value.toLowerCase().split(/\s+/);
  const found = models.filter(({ listed, correction }) => {
    const name = `${listed.id} ${correction.displayName ?? listed.displayName ?? ''}`.toLowerCase();
    return words.every((word) => name.includes(word));
  });
  return (
    <>
      {models.length >= FILTERED_FROM && (
        <input
          class="field"
          type="text"
          placeholder={t('Find a model')}
          aria-label={t('Find a model')}
          spellcheck={false}
          value={filter.value}
          onInput={({ currentTarget }) => {
            filter.value = currentTarget.value;
          }}
        />
      )}
      <div class="table-scroller">
        <table>
          <thead>
            <tr>
              <th scope="col">{t('Model')}</th>
              <th scope="col" class="number">
                {t('Context window')}
              </th>
              <th scope="col" class="number">
                {t('Longest answer')}
              </th>
              <th scope="col">{t('What it can')}</th>
              <th scope="col" class="number" title={t('Price, in dollars for a million tokens')}>
                {t('Price in / out')}
              </th>
              <th scope="col">
                <span class="visually-hidden">{t('Change')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {found.slice(0, SHOWN).flatMap((model) => {
              const { id } = model.listed;
              const isEdited = edited.value === id;
              return [
                <Row
                  key={id}
                  model={model}
                  figures={figures}
                  isEdited={isEdited}
                  edit={() => {
                    edited.value = isEdited ? null : id;
                  }}
                />,
                isEdited && (
                  <tr key={`form of ${id}`}>
                    <td colSpan={6}>
                      <ModelForm
                        model={model}
                        close={(said) => {
                          edited.value = null;
                          if (said !== undefined) correct(id, said);
                        }}
                      />
                    </td>
                  </tr>
                ),
              ];
            })}
          </tbody>
        </table>
      </div>
      {found.length > SHOWN && <p class="quiet">{t('{0} more: type to find them', found.length - SHOWN)}</p>}
      <button type="button" class="link-button" onClick={add}>
        {t('Add a model by its name…')}
      </button>
    </>
  );
}

interface RowProps {
  readonly model: ModelEntry;
  readonly figures: Figures;
  readonly isEdited: boolean;
  readonly edit: () => void;
}

function Row({ model, figures, isEdited, edit }: RowProps): JSX.Element {
  const { listed, correction, ownPrice } = model;
  const { id, displayName = id, contextWindow, outputLimit, can = {} } = correctedModel(listed, correction);
  const isChanged = ownPrice !== null || Object.keys(correction).length > 0;
  const price = ownPrice ?? model.price;
  return (
    <tr>
      <th scope="row">
        <Breakable text={displayName} />{' '}
        {displayName !== id && (
          <span class="quiet">
            <Breakable text={id} />
          </span>
        )}{' '}
        {isChanged && <span class="badge">{t('changed by you')}</span>}
      </th>
      <Known value={contextWindow === undefined ? null : figures.count(contextWindow)} />
      <Known value={outputLimit === undefined ? null : figures.count(outputLimit)} />
      <td class="abilities">{abilities(can)}</td>
      <Known value={price === null ? null : `${figures.price(price.input)} / ${figures.price(price.output)}`} />
      <td>
        <button
          type="button"
          class="icon-button"
          aria-label={t('Change {0}', displayName)}
          title={t('Change {0}', displayName)}
          aria-expanded={isEdited}
          onClick={edit}
        >
          <Icon name="edit" />
        </button>
      </td>
    </tr>
  );
}

/** A figure, or that it is not known. */
function Known({ value }: { readonly value: string | null }): JSX.Element {
  return <td class={`number ${value === null ? 'quiet' : ''}`}>{value ?? t('not known')}</td>;
}

function abilities(can: ModelAbilities): string {
  if (Object.keys(can).length === 0) return t('not known');
  const names = modelAbilities.filter((ability) => can[ability] === true).map((ability) => abilityName(ability));
  return names.length === 0 ? t('text alone') : inList(names);
}
