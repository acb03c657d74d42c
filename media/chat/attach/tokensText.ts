/** A number of tokens in a few characters: `870`, `2.4k`, `31k`, `1.2M`. */
export function tokensText(tokens: number): string {
  if (tokens < 1_000) return String(tokens);
  const [value, unit] = tokens < 999_500 ? [tokens / 1_000, 'k'] : [tokens / 1_000_000, 'M'];
  return `${value < 9.95 ? value.toFixed(1).replace(/\.0$/u, '') : String(Math.round(value))}${unit}`;
}
