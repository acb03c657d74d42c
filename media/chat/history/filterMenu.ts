import { t } from '../../../src/base/texts.ts';
import type { ModelRef } from '../../../src/protocol/store.ts';
import { type Age, type Days, type Filters, startOf } from './filters.ts';
import type { HistoryParts } from './historyParts.ts';
import type { MenuGroup, MenuItem, PickerOption, Place } from './popup.ts';
import { folderOptions } from './rowMenu.ts';

/** A filter that is set, and what takes it away. */
export interface FilterChip {
  readonly label: string;
  readonly without: Partial<Filters>;
}

/** What the menu of the filters is called. */
export const filterMenuName = (): string => t('Filter');

const ages: Readonly<Record<Age, string>> = {
  get day() {
    return t('Last 24 hours');
  },
  get week() {
    return t('Last 7 days');
  },
  get month() {
    return t('Last 30 days');
  },
  get year() {
    return t('Last year');
  },
};
const roles = {
  get user() {
    return t('By you');
  },
  get assistant() {
    return t('By the model');
  },
} as const;

interface FilterMenuPlace {
  /** Those that have a name here. */
  readonly models: readonly PickerOption[];
  readonly hasWorkspace: boolean;
  readonly at: Place;
}

/** What the history can be narrowed to. */
export function filterMenu(parts: HistoryParts, { models, hasWorkspace, at }: FilterMenuPlace): readonly MenuGroup[] {
  const { state, popups } = parts;
  const filters = state.filters.value;
  const set = (change: Partial<Filters>) => (): void => void state.setFilters(change);
  const choice = (label: string, isChosen: boolean, change: Partial<Filters>): MenuItem => ({
    label,
    isChosen,
    run: set(change),
  });
  const folders = folderOptions(state.folders.value);
  const pick = (label: string, options: readonly PickerOption[], take: (id: string) => Partial<Filters>): MenuItem => ({
    label,
    run: () => {
      popups.open({ type: 'picker', label, options, pick: (id) => void state.setFilters(take(id)) });
    },
  });
  const { isThisWorkspace, isArchived, role, when } = filters;
  return [
    {
      items: [
        ...(hasWorkspace ? [choice(t('This workspace'), isThisWorkspace, { isThisWorkspace: !isThisWorkspace })] : []),
        choice(t('Archived'), isArchived, { isArchived: !isArchived }),
      ],
    },
    {
      label: t('Written'),
      isOneOf: true,
      items: [
        choice(t('By anyone'), role === null, { role: null }),
        choice(roles.user, role === 'user', { role: 'user' }),
        choice(roles.assistant, role === 'assistant', { role: 'assistant' }),
      ],
    },
    {
      label: t('When'),
      isOneOf: true,
      items: [
        choice(t('At any time'), when === null, { when: null }),
        ...Object.entries(ages).map(([key, label]) => choice(label, when === key, { when: key as Age })),
        {
          label: t('Between Days…'),
          isChosen: typeof when === 'object' && when !== null,
          run: () => {
            const days = typeof when === 'object' && when !== null ? when : { from: null, to: null };
            popups.open({ type: 'days', days, at, choose: (chosen) => void state.setFilters({ when: chosen }) });
          },
        },
      ],
    },
    {
      items: [
        ...(folders.length > 0 ? [pick(t('Folder…'), folders, (folderId) => ({ folderId }))] : []),
        ...(models.length > 0 ? [pick(t('Model…'), models, (id) => ({ model: modelOf(id) }))] : []),
      ],
    },
  ].filter(({ items }) => items.length > 0);
}

/** The filters that are set, as they are shown below the search. */
export function filterChips({ state }: HistoryParts): readonly FilterChip[] {
  const { isThisWorkspace, isArchived, chat, folderId, model, role, when } = state.filters.value;
  const folder = state.folders.value.find(({ id }) => id === folderId);
  return [
    ...(chat === null ? [] : [{ label: t('In “{0}”', chat.title), without: { chat: null } }]),
    ...(isThisWorkspace ? [{ label: t('This workspace'), without: { isThisWorkspace: false } }] : []),
    ...(isArchived ? [{ label: t('Archived'), without: { isArchived: false } }] : []),
    ...(folderId === null ? [] : [{ label: folder?.name ?? t('A folder'), without: { folderId: null } }]),
    ...(model === null ? [] : [{ label: model.model, without: { model: null } }]),
    ...(role === null ? [] : [{ label: roles[role], without: { role: null } }]),
    ...(when === null
      ? []
      : [{ label: typeof when === 'string' ? ages[when] : describeDays(when), without: { when: null } }]),
  ];
}

/** The id of a model in the picker. */
export function modelId({ provider, model }: ModelRef): string {
  return JSON.stringify([provider, model]);
}

function modelOf(id: string): ModelRef {
  const [provider = '', model = ''] = JSON.parse(id) as string[];
  return { provider, model };
}

function describeDays({ from, to }: Days): string {
  const dates = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'medium' });
  if (from !== null && to !== null) return dates.formatRange(startOf(from), startOf(to));
  if (from !== null) return t('Since {0}', dates.format(startOf(from)));
  return to === null ? t('At any time') : t('Until {0}', dates.format(startOf(to)));
}
