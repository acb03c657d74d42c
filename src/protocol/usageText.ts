import { figure } from '../base/texts.ts';

/** The least that is told from nothing, dollars. */
const LEAST = 0.0001;

/** Millionths of a dollar as money: a fraction of a cent has four digits after the point, `<` stands before less. */
export function money(microusd: number): string {
  const dollars = microusd / 1e6;
  if (dollars > 0 && dollars < LEAST) return `<${inDigits(LEAST, 4)}`;
  return inDigits(dollars, dollars > 0 && dollars < 0.1 ? 4 : 2);
}

function inDigits(dollars: number, maximumFractionDigits: number): string {
  return figure(dollars, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: 2,
    maximumFractionDigits,
  });
}
