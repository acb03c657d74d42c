import type { JSX } from 'preact';
import { t } from '../../src/base/texts.ts';
import type { UsagePageState } from '../../src/protocol/usagePage.ts';
import { money } from '../../src/protocol/usageText.ts';

/** How much of each budget is used; nothing where there is none. */
export function Budgets({ page }: { readonly page: UsagePageState }): JSX.Element | null {
  const { budgets, spent } = page;
  if (budgets.day === 0 && budgets.month === 0) return null;
  return (
    <section class="budgets" aria-label={t('Budgets')}>
      {budgets.day > 0 && <Budget name={t('Today')} spent={spent.day} budget={budgets.day} stops={budgets.stops} />}
      {budgets.month > 0 && (
        <Budget name={t('This month')} spent={spent.month} budget={budgets.month} stops={budgets.stops} />
      )}
    </section>
  );
}

interface BudgetProps {
  readonly name: string;
  /** Millionths of a dollar, as the next. */
  readonly spent: number;
  readonly budget: number;
  readonly stops: boolean;
}

function Budget({ name, spent, budget, stops }: BudgetProps): JSX.Element {
  const share = spent / budget;
  const text = t('{0} of {1}', money(spent), money(budget));
  return (
    <div class={`budget ${share >= 1 ? 'budget-used-up' : share >= 0.8 ? 'budget-nearly' : ''}`}>
      <div class="budget-line">
        <span class="budget-name">{name}</span>
        <span class="budget-text">{text}</span>
      </div>
      <meter min={0} max={budget} value={Math.min(spent, budget)} aria-label={`${name}: ${text}`} />
      {share >= 1 && stops && <p class="quiet">{t('Used up: nothing more is sent to models that cost money.')}</p>}
    </div>
  );
}
