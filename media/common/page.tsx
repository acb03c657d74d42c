import type { ComponentChildren, JSX } from 'preact';
import { t } from '../../src/base/texts.ts';
import { Icon } from '../chat/parts/icon.tsx';

interface PageProps {
  readonly title: string;
  /** A sentence about what did not happen. */
  readonly failure: string | null;
  /** Nothing is there to be shown yet. */
  readonly isLoading: boolean;
  readonly children: ComponentChildren;
}

/** A page in an editor tab. */
export function Page({ title, failure, isLoading, children }: PageProps): JSX.Element {
  return (
    <main class="page">
      <h1>{title}</h1>
      {failure !== null && (
        <div class="notice" role="alert">
          <Icon name="warning" />
          <div>{failure}</div>
        </div>
      )}
      {isLoading && failure === null && (
        <p class="loading quiet" role="status">
          {t('Loading…')}
        </p>
      )}
      {children}
    </main>
  );
}

interface PeriodProps {
  readonly periods: readonly (readonly [days: number, name: string])[];
  readonly chosen: number;
  readonly choose: (days: number) => void;
}

export function Period({ periods, chosen, choose }: PeriodProps): JSX.Element {
  return (
    <label>
      <span class="visually-hidden">{t('Period')}</span>
      <select
        class="select"
        value={String(chosen)}
        onChange={({ currentTarget }) => {
          choose(Number(currentTarget.value));
        }}
      >
        {periods.map(([days, name]) => (
          <option key={days} value={String(days)}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A row of `Pill`s. */
export function Pills({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <div class="pills" role="group" aria-label={label}>
      {children}
    </div>
  );
}

interface PillProps {
  readonly isPressed: boolean;
  /** How many there are of what it names, as text. */
  readonly count?: string;
  readonly press: () => void;
  readonly children: ComponentChildren;
}

/** A button that lets something be seen, or sums it up otherwise. */
export function Pill({ isPressed, count, press, children }: PillProps): JSX.Element {
  return (
    <button type="button" class="pill" aria-pressed={isPressed} onClick={press}>
      {children}
      {count !== undefined && (
        <>
          {' '}
          <span class="pill-count">{count}</span>
        </>
      )}
    </button>
  );
}
