import type { Locator } from 'playwright-core';
import { ChatView } from './chatView.ts';
import type { Workbench } from './workbench.ts';

/** The past chats in a VS Code window, by what a user sees and does. */
export class HistoryView {
  readonly window: Workbench;
  readonly chat: ChatView;

  constructor(window: Workbench) {
    this.window = window;
    this.chat = new ChatView(window.chat);
  }

  /** Opens the chat in a window, and in it the history. */
  static async open(window: Workbench): Promise<HistoryView> {
    // Sextant's own command would end, at whatever time, with the focus in the input and the history closed.
    await window.runCommand('View: Show Sextant');
    const history = new HistoryView(window);
    await history.chat.input.waitFor();
    await history.show();
    return history;
  }

  async show(): Promise<void> {
    if (!(await this.tree.isVisible())) await this.button('Past chats').click();
    await this.tree.waitFor();
  }

  async hide(): Promise<void> {
    if (await this.tree.isVisible()) await this.button('Close the list of chats').click();
    await this.tree.waitFor({ state: 'detached' });
  }

  get tree(): Locator {
    return this.chat.frame.getByRole('tree', { name: 'Chats' });
  }

  get search(): Locator {
    return this.chat.frame.getByRole('searchbox');
  }

  /** The messages that a search has found. */
  get hits(): Locator {
    return this.tree.locator('.row-hit');
  }

  /** The rows of chats, in whatever order they were drawn. */
  get chats(): Locator {
    return this.tree.locator('.row-chat');
  }

  /** A row by the beginning of its words. */
  row(name: string): Locator {
    return this.tree.getByRole('treeitem', { name: new RegExp(`^${name}`, 'u') });
  }

  button(name: string): Locator {
    return this.chat.frame.getByRole('button', { name, exact: true });
  }

  /** Chooses a line of the context menu of a row. */
  async choose(name: string, item: string): Promise<void> {
    await this.row(name).first().click({ button: 'right' });
    await this.menuItem(item);
  }

  /** Chooses a line of the menu that is open. */
  async menuItem(item: string): Promise<void> {
    const { frame } = this.chat;
    await frame
      .getByRole('menu')
      .locator('.menu-item')
      .filter({ has: frame.getByText(item, { exact: true }) })
      .click();
  }

  /** Chooses a line of the filter menu. */
  async filter(item: string): Promise<void> {
    await this.chat.frame.getByRole('button', { name: /^Filter/ }).click();
    await this.menuItem(item);
  }

  /** Takes a filter away by its chip. */
  async unfilter(label: string): Promise<void> {
    await this.button(`Remove the filter “${label}”`).click();
  }

  /** Drags a row onto another one and holds it there. */
  async dragOver(from: string, to: string): Promise<void> {
    const { mouse } = this.window.page;
    await this.row(from)
      .first()
      .hover({ position: { x: 60, y: 10 } });
    await mouse.down();
    const start = await this.row(from).first().boundingBox();
    await mouse.move((start?.x ?? 0) + 70, (start?.y ?? 0) + 2, { steps: 4 });
    await this.chat.frame.locator('.drag-label').waitFor();
    // From now on the rows stay where they are.
    const end = await this.row(to).first().boundingBox();
    if (end === null) throw new Error('The row to drag to is not in sight.');
    await mouse.move(end.x + 80, end.y + end.height / 2, { steps: 6 });
    await this.chat.frame.locator('.row.target').first().waitFor();
  }

  drop(): Promise<void> {
    return this.window.page.mouse.up();
  }

  /** Searches until a message is found that fits: what was written lately is found a moment later. */
  async find(query: string, fits: RegExp): Promise<Locator> {
    const hit = this.hits.filter({ hasText: fits }).first();
    for (let attempt = 0; attempt < 60; attempt++) {
      await this.search.fill('');
      await this.search.fill(query);
      const isThere = await hit.waitFor({ timeout: 1000 }).then(
        () => true,
        () => false,
      );
      if (isThere) return hit;
    }
    throw new Error(`No message was found that fits ${String(fits)}.`);
  }
}
