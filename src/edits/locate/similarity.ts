/**
 * How much two texts are alike, from 0 to 1: the share of pairs of neighbouring characters that they have in
 * common (Sørensen–Dice coefficient of bigrams). Long texts are compared by their beginnings.
 */
export function similarity(left: string, right: string): number {
  const [shorter, longer] = left.length < right.length ? [left, right] : [right, left];
  if (shorter.length < 2) return left === right ? 1 : 0;
  // The lengths alone may say that they cannot be alike enough for anybody.
  if (shorter.length * 3 < longer.length) return 0;
  const counts = new Map<number, number>();
  const most = Math.min(longer.length, LONGEST);
  for (let at = 1; at < most; at++) {
    const pair = longer.charCodeAt(at - 1) * 65_536 + longer.charCodeAt(at);
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  let common = 0;
  const least = Math.min(shorter.length, LONGEST);
  for (let at = 1; at < least; at++) {
    const pair = shorter.charCodeAt(at - 1) * 65_536 + shorter.charCodeAt(at);
    const count = counts.get(pair) ?? 0;
    if (count === 0) continue;
    common++;
    counts.set(pair, count - 1);
  }
  return (2 * common) / (most + least - 2);
}

const LONGEST = 300;
