import type { SearchHit } from '../protocol/contextIndex.ts';

/** The path of each passage as answers name it: with its folder's name before it where passages of several folders meet. */
export function passagePlaces(passages: readonly SearchHit[]): string[] {
  const isMixed = new Set(passages.map(({ folder }) => folder)).size > 1;
  return passages.map(({ folder, path }) => (isMixed ? `${/[^/\\]*$/u.exec(folder)?.[0] ?? ''}/${path}` : path));
}
