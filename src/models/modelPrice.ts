import { isLoopback } from '../privacy/isLoopback.ts';
import { type PriceRow, builtInPrices } from './builtInPrices.ts';
import type { ModelRef, TokenUsage } from './chatModel.ts';
import { builtInProvider } from './registry.ts';

/** Dollars for a million tokens. */
export interface ModelPrice {
  readonly input: number;
  /** Of input that the provider had kept from a request before; as other input where it is left out. */
  readonly cachedInput?: number;
  /** Of input that it keeps for the next one; as other input where it is left out. */
  readonly cacheWrite?: number;
  readonly output: number;
  /** What a whole request costs whose input is longer than so many tokens. */
  readonly long?: { readonly from: number; readonly input: number; readonly output: number };
}

/** What a request has cost, millionths of a dollar. */
export interface Cost {
  readonly microusd: number;
  /** What it would have cost more, had the provider kept nothing. */
  readonly savedMicrousd: number;
}

/** What the user says of prices, by `provider/model` or `provider/*`. What cannot be a price is left out. */
export function readPrices(setting: unknown): Readonly<Record<string, ModelPrice>> {
  if (typeof setting !== 'object' || setting === null) return {};
  return Object.fromEntries(
    Object.entries(setting).flatMap(([name, value]: [string, unknown]): [string, ModelPrice][] => {
      const price = readPrice(value);
      return price === null ? [] : [[name, price]];
    }),
  );
}

/**
 * The user's own price of a model, or else the one that its provider lists, or the built-in list has; null where there
 * is none. `own` is as {@link readPrices} gives it.
 */
export function priceOf(
  ref: ModelRef,
  own: Readonly<Record<string, ModelPrice>>,
  listed?: ModelPrice,
): ModelPrice | null {
  const name = `${ref.provider}/${ref.model}`;
  const said = [name, `${ref.provider}/*`].find((each) => Object.hasOwn(own, each));
  return (said === undefined ? undefined : own[said]) ?? listed ?? builtInPrice(ref);
}

/**
 * As {@link priceOf}; what runs on this machine, at `address` or where its provider usually is, is free where nobody
 * says otherwise.
 */
export function priceAt(
  ref: ModelRef,
  address: string | undefined,
  ...prices: readonly [own: Readonly<Record<string, ModelPrice>>, listed?: ModelPrice]
): ModelPrice | null {
  const runsHere = isLoopback(address ?? builtInProvider(ref.provider)?.baseUrl ?? '');
  return priceOf(ref, ...prices) ?? (runsHere ? { input: 0, output: 0 } : null);
}

/** What tokens cost. */
export function costOf(price: ModelPrice, usage: TokenUsage): Cost {
  const { inputTokens = 0, cachedTokens = 0, cacheWriteTokens = 0, outputTokens = 0 } = usage;
  const isLong = price.long !== undefined && inputTokens > price.long.from;
  const { input, output } = isLong ? price.long : price;
  // A longer prompt makes all of its input dearer alike.
  const dearer = price.input === 0 ? 1 : input / price.input;
  const cachedInput = (price.cachedInput ?? price.input) * dearer;
  const cacheWrite = (price.cacheWrite ?? price.input) * dearer;
  const plain = Math.max(0, inputTokens - cachedTokens - cacheWriteTokens);
  const dollars = plain * input + cachedTokens * cachedInput + cacheWriteTokens * cacheWrite + outputTokens * output;
  // Dollars for a million are millionths of a dollar for one.
  return { microusd: Math.round(dollars), savedMicrousd: Math.round(cachedTokens * Math.max(0, input - cachedInput)) };
}

/** Anthropic charges a quarter more for what it is told to keep for five minutes. */
const CACHE_WRITE: Readonly<Record<string, number>> = { anthropic: 1.25 };

/** Who sells another's models under the same names and prices. */
const SAME_AS: Readonly<Record<string, string>> = { vertex: 'google' };

function builtInPrice({ provider, model }: ModelRef): ModelPrice | null {
  const name = model.replace(/^accounts\/fireworks\/models\//, '');
  const seller = SAME_AS[provider] ?? provider;
  const rows = Object.hasOwn(builtInPrices, seller) ? (builtInPrices[seller] ?? []) : [];
  const names = rows.flatMap((row) => row[0].split(' ').map((each) => ({ each, row })));
  // `gpt-5-2025-08-07` is `gpt-5`, `gpt-5-mini` is not.
  const [best] = names
    .filter(({ each }) => name.startsWith(each) && VERSION.test(name.slice(each.length)))
    .sort((a, b) => b.each.length - a.each.length);
  return best === undefined ? null : toPrice(best.row, CACHE_WRITE[seller]);
}

/** What providers put behind a model's name: a date, a number, or how finished it is. */
const VERSION = /^(?:[-@:](?:latest|preview|exp|beta|\d[\d-]*))*$/;

function toPrice(row: PriceRow, cacheWrite: number | undefined): ModelPrice {
  const [, input, cachedInput, output, from, longInput, longOutput] = row;
  return {
    input,
    output,
    ...(cachedInput === null ? {} : { cachedInput }),
    ...(cacheWrite === undefined ? {} : { cacheWrite: input * cacheWrite }),
    ...(from === undefined || longInput === undefined || longOutput === undefined
      ? {}
      : { long: { from, input: longInput, output: longOutput } }),
  };
}

function readPrice(value: unknown): ModelPrice | null {
  if (typeof value !== 'object' || value === null) return null;
  const { input, output, cachedInput, cacheWrite } = value as Readonly<Record<string, unknown>>;
  if (!isPrice(input) || !isPrice(output)) return null;
  return { input, output, ...(isPrice(cachedInput) && { cachedInput }), ...(isPrice(cacheWrite) && { cacheWrite }) };
}

/** A dearer one is a slip of the pen. */
const DEAREST = 1_000_000;

function isPrice(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= DEAREST;
}
