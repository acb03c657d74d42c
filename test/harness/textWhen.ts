import type { Locator } from 'playwright-core';

const TIMEOUT_MS = 20_000;
const PAUSE_MS = 50;

/** Waits until a locator's text satisfies `holds`, also while the text goes on changing; returns it. */
export async function textWhen(locator: Locator, holds: (text: string) => boolean): Promise<string> {
  const deadline = performance.now() + TIMEOUT_MS;
  let text = '';
  while (performance.now() < deadline) {
    text = await locator.innerText({ timeout: PAUSE_MS }).catch(() => '');
    if (holds(text)) return text;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw new Error(`The text did not come. There is: ${text}`);
}
