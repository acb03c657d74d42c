import type { JSX } from 'preact';
import { t } from '../../src/base/texts.ts';
import type { Figures } from '../common/figures.ts';

const shares = [100, 75, 50, 25, 10];

interface CpuLimitProps {
  /** Of all cores together. */
  readonly percent: number;
  readonly figures: Figures;
  readonly onChange: (percent: number) => void;
}

/** How much of the machine indexing may use, to be chosen. */
export function CpuLimit({ percent, figures, onChange }: CpuLimitProps): JSX.Element {
  const choices = [...new Set([...shares, Math.round(percent)])].sort((a, b) => b - a);
  return (
    <>
      <select
        class="select"
        aria-label={t('CPU limit of indexing')}
        value={String(Math.round(percent))}
        onChange={({ currentTarget }) => {
          onChange(Number(currentTarget.value));
        }}
      >
        {choices.map((share) => (
          <option key={share} value={String(share)}>
            {figures.percent(share)}
          </option>
        ))}
      </select>{' '}
      <span class="quiet">{t('of all cores; a quarter of that while you type.')}</span>
    </>
  );
}
