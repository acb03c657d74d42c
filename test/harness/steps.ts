import type { Locator, Page } from 'playwright-core';

/**
 * Does what a user does, and counts it: a click, a chord of keys and a text that is typed are one step each. Nothing
 * gets the focus by itself: what is typed goes to where the step before has led.
 */
export class Steps {
  readonly #page: Page;
  readonly #taken: string[] = [];

  constructor(page: Page) {
    this.#page = page;
  }

  /** What was done, in order. */
  get taken(): readonly string[] {
    return this.#taken;
  }

  async click(target: Locator): Promise<void> {
    this.#taken.push(`click ${String(target)}`);
    await target.click();
  }

  /** Presses a chord once what it is meant for has the focus. */
  async press(chord: string, focused: Locator): Promise<void> {
    this.#taken.push(`press ${chord}`);
    await focused.waitFor();
    await this.#page.keyboard.press(chord);
  }

  /** Types once the box that it is meant for has the focus. */
  async type(text: string, focused: Locator): Promise<void> {
    this.#taken.push(`type ${text}`);
    await focused.waitFor();
    await this.#page.keyboard.type(text);
  }
}
