import type { FrameLocator, Locator } from 'playwright-core';

/** The chat view, by what a user sees and does in it. */
export class ChatView {
  readonly frame: FrameLocator;

  constructor(frame: FrameLocator) {
    this.frame = frame;
  }

  get input(): Locator {
    return this.frame.getByRole('textbox', { name: 'Your question' });
  }

  /** The answers of the shown conversation, oldest first. */
  get answers(): Locator {
    return this.frame.getByRole('article', { name: 'Answer' });
  }

  /** The last answer's sources: buttons that open the editor. */
  get sources(): Locator {
    return this.answers.last().getByRole('region', { name: 'Sources' }).getByRole('button');
  }

  /** Types a question and sends it with Enter. */
  async send(question: string): Promise<void> {
    await this.input.fill(question);
    await this.input.press('Enter');
  }

  /** Sends a question and waits until its answer is whole. */
  async ask(question: string): Promise<Locator> {
    const before = await this.answers.count();
    await this.send(question);
    const answer = this.answers.nth(before);
    await answer.and(this.frame.locator('[aria-busy="false"]')).waitFor();
    return answer;
  }
}
