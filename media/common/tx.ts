import type { ComponentChildren } from 'preact';
import { textParts } from '../../src/base/texts.ts';

/** As `t`, for a text with elements in it: each stands where the language wants it. */
export function tx(text: string, ...values: readonly ComponentChildren[]): ComponentChildren {
  return textParts(text).map((part) => (typeof part === 'number' ? values[part] : part));
}
