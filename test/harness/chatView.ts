import type { Frame, FrameLocator, Locator } from 'playwright-core';
import type { Workbench } from './workbench.ts';

/** The chat view, by what a user sees and does in it. */
export class ChatView {
  readonly frame: Pick<FrameLocator, 'getByRole' | 'getByText' | 'getByTitle' | 'getByLabel' | 'locator'>;

  constructor(frame: FrameLocator | Frame) {
    this.frame = frame;
  }

  get input(): Locator {
    return this.frame.getByRole('textbox', { name: 'Your question' });
  }

  /** The answers of the shown conversation that are near what is in sight, oldest first. */
  get answers(): Locator {
    return this.frame.getByRole('article', { name: 'Answer' });
  }

  /** A message of the shown conversation by its number, from 1; those far from what is in sight are not there. */
  message(number: number): Locator {
    return this.frame.locator(`article[aria-posinset="${number}"]`);
  }

  /** How many messages the shown conversation has. */
  async countMessages(): Promise<number> {
    const drawn = this.frame.locator('article[aria-setsize]');
    return (await drawn.count()) === 0 ? 0 : Number(await drawn.last().getAttribute('aria-setsize'));
  }

  /** The card that says why the last answer failed. */
  get errorCard(): Locator {
    return this.answers.last().getByRole('group', { name: 'Error' });
  }

  /** Unfolds the last answer's sources: cards that open the editor. */
  async openSources(): Promise<Locator> {
    const sources = this.answers.last().getByRole('region', { name: 'Sources' });
    await sources.locator('summary').click();
    return sources.getByRole('button');
  }

  /** Leaves the shown chat for a new one, in which nothing is shown yet. */
  async startNewChat(): Promise<void> {
    await this.frame.getByRole('button', { name: 'New chat' }).click();
    await this.answers.first().waitFor({ state: 'detached' });
  }

  /** Types a question and sends it with Enter. */
  async send(question: string): Promise<void> {
    await this.input.fill(question);
    await this.input.press('Enter');
  }

  /** Sends a question and gives its answer, which has only begun. */
  async begin(question: string): Promise<Locator> {
    const before = await this.countMessages();
    await this.send(question);
    const answer = this.message(before + 2);
    await answer.waitFor();
    return answer;
  }

  /** Sends a question and waits until its answer is whole. */
  async ask(question: string): Promise<Locator> {
    const answer = await this.begin(question);
    await this.ended(answer);
    return answer;
  }

  /** Sets up a server that speaks OpenAI's wire and wants no key, and picks the model that is recommended. */
  async useServer(window: Workbench, address: string): Promise<void> {
    await setUpModel(window, 'OpenAI-compatible', address);
    await this.frame
      .getByRole('button', { name: /echo-large/ })
      .first()
      .waitFor();
  }

  /** Waits until an answer is no longer written, and drawn to its end. */
  async ended(answer: Locator): Promise<void> {
    const [busy, quiet] = [this.frame.locator('[aria-busy="true"]'), this.frame.locator('[aria-busy="false"]')];
    await answer.and(quiet).filter({ hasNot: busy }).waitFor();
  }
}

/** Sets up a server that wants no key, at its usual address where none is given, and picks echo-large, by the dialogs. */
export async function setUpModel(window: Workbench, provider: string, address?: string): Promise<void> {
  const at = (title: RegExp): Promise<void> =>
    window.page.locator('.quick-input-title').filter({ hasText: title }).waitFor();
  await window.runCommand('Sextant: Set Up a Model Provider');
  // The list is longer than its box, and only what is in sight is there.
  await window.quickPicks.filter({ hasText: 'Ollama' }).first().waitFor();
  await window.quickInput.fill(provider);
  await window.quickPicks.filter({ hasText: provider }).first().click();
  await at(/: Address/);
  if (address !== undefined) await window.quickInput.fill(address);
  await window.page.keyboard.press('Enter');
  await at(/: Models/);
  await window.quickPicks.filter({ hasText: /echo-large.*recommended/ }).waitFor();
  await window.page.keyboard.press('Enter');
  await at(/What Is echo-large For\?/);
  await window.page.keyboard.press('Enter');
}
