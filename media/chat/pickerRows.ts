import type { ModelChoice, ProviderChoice } from '../../src/protocol/chatView.ts';

/** A line of the model picker. All but headings and `more` can be chosen. */
export type PickerRow =
  | { readonly type: 'heading'; readonly id: string; readonly text: string }
  | { readonly type: 'model'; readonly id: string; readonly choice: ModelChoice; readonly isCurrent: boolean }
  | { readonly type: 'setup'; readonly id: string; readonly provider: string; readonly problem: string }
  | { readonly type: 'more'; readonly id: string; readonly count: number }
  | { readonly type: 'add' | 'manage'; readonly id: string };

/** The model that answers now; a name at a provider. */
type Current = ModelChoice['ref'];

/** An endpoint may list thousands; more than this only the filter finds. For each provider. */
const LISTED = 100;

/**
 * The rows for a filter text: each provider with its models that hold all of the filter's words, or
 * with what is in its way; last the rows that add a provider and that show them all.
 */
export function pickerRows(providers: readonly ProviderChoice[], current: Current, filter: string): PickerRow[] {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const matches = (...texts: string[]): boolean => {
    const text = texts.join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const groups = providers.map(({ provider, displayName, models, problem }): PickerRow[] => {
    const heading: PickerRow = { type: 'heading', id: `heading ${provider}`, text: displayName };
    const found = models.filter((choice) => matches(displayName, choice.displayName, choice.ref.model));
    const rows: PickerRow[] = found.slice(0, LISTED).map((choice) => ({
      type: 'model',
      id: `model ${provider} ${choice.ref.model}`,
      choice,
      isCurrent: choice.ref.provider === current.provider && choice.ref.model === current.model,
    }));
    if (found.length > LISTED) rows.push({ type: 'more', id: `more ${provider}`, count: found.length - LISTED });
    if (problem !== null && matches(displayName))
      rows.push({ type: 'setup', id: `setup ${provider}`, provider, problem });
    return rows.length === 0 ? [] : [heading, ...rows];
  });
  return [...groups.flat(), { type: 'add', id: 'add' }, { type: 'manage', id: 'manage' }];
}

/** True for a row that Enter does something on. */
export function canChoose(row: PickerRow): boolean {
  return row.type !== 'heading' && row.type !== 'more';
}

/** The next row up or down that can be chosen, from `at` on, around the end; `at` when there is no other. */
export function nextChoice(rows: readonly PickerRow[], at: number, step: 1 | -1): number {
  for (let distance = 1; distance <= rows.length; distance += 1) {
    const index = (((at + step * distance) % rows.length) + rows.length) % rows.length;
    const row = rows[index];
    if (row !== undefined && canChoose(row)) return index;
  }
  return at;
}
