import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';

/** So much text is looked through at a stretch, in characters: a few milliseconds of work. */
const STRETCH = 16_384;

/** Where a secret stands, as `[start, end)`, and the name of the rule that knows it: `github`. */
export type FoundSecret = readonly [start: number, end: number, kind: string];

/**
 * Where in a text stand secrets that the rules of secretlint know by their form, in order. None of these forms spans
 * lines, but for private keys. An entry of the bundle: load it when there is something to look through.
 */
export async function findSecrets(text: string): Promise<FoundSecret[]> {
  const found: FoundSecret[] = [];
  for (let start = 0; start < text.length;) {
    const lineEnd = text.indexOf('\n', start + STRETCH);
    const end = lineEnd === -1 ? text.length : lineEnd + 1;
    const { messages } = await lintSource({
      source: { filePath: 'text', content: text.slice(start, end), ext: '', contentType: 'text' },
      options: { config: { rules: [{ id: creator.meta.id, rule: creator }] }, noPhysicFilePath: true },
    });
    for (const { range, ruleId } of messages)
      found.push([start + range[0], start + range[1], ruleId.replace(/^.*secretlint-rule-/u, '')]);
    start = end;
    // Whoever waits for the thread has it now.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return found.sort(([one], [other]) => one - other);
}
