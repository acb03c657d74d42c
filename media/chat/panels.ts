import { type ReadonlySignal, signal } from '@preact/signals-core';

export type Panel = 'none' | 'history' | 'models' | 'versions' | 'rules' | 'window';

/** Which panel is open over the chat: at most one. Closing gives the focus back to where it came from. */
export class Panels {
  readonly #shown = signal<Panel>('none');
  #opener: Element | null = null;

  get shown(): ReadonlySignal<Panel> {
    return this.#shown;
  }

  open(panel: Exclude<Panel, 'none'>): void {
    if (this.#shown.value === 'none') this.#opener = document.activeElement;
    this.#shown.value = panel;
  }

  /** `keepFocus` when the user has put the focus elsewhere already. */
  close({ keepFocus = false } = {}): void {
    if (this.#shown.value === 'none') return;
    this.#shown.value = 'none';
    if (!keepFocus && this.#opener instanceof HTMLElement && this.#opener.isConnected) this.#opener.focus();
    this.#opener = null;
  }

  toggle(panel: Exclude<Panel, 'none'>): void {
    if (this.#shown.value === panel) this.close();
    else this.open(panel);
  }
}

/** From this width on the past chats stand beside the chat; layout.css says the same. Pixels. */
const wide = '(min-width: 700px)';

/** True while the past chats can be shown beside the chat. */
export function hasRoomBeside(): boolean {
  return globalThis.matchMedia(wide).matches;
}

/** Hears when there is room beside the chat, or no longer; gives what ends that. */
export function onRoomBesideChange(listener: () => void): () => void {
  const query = globalThis.matchMedia(wide);
  query.addEventListener('change', listener);
  return () => {
    query.removeEventListener('change', listener);
  };
}
