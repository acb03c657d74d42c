import { type ReadonlySignal, signal } from '@preact/signals-core';
import type { Folder } from '../../../src/protocol/library.ts';
import type { Days } from './filters.ts';

/** A line of a menu. */
export interface MenuItem {
  readonly label: string;
  /** The keys that do the same. */
  readonly keys?: string;
  /** Set for a choice: whether it is made. */
  readonly isChosen?: boolean;
  readonly run: () => void;
}

/** Lines that belong together; a menu draws a line between groups. */
export interface MenuGroup {
  readonly label?: string;
  /** Of its choices only one is made at a time. */
  readonly isOneOf?: boolean;
  readonly items: readonly MenuItem[];
}

export interface PickerOption {
  readonly id: string;
  readonly label: string;
  readonly icon: string;
  /** What tells it from others of the same name. */
  readonly detail: string;
}

/** Pixels in the page. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** What is open over the history: at most one. */
export type Popup =
  | { readonly type: 'menu'; readonly label: string; readonly groups: readonly MenuGroup[]; readonly at: Place }
  | {
      readonly type: 'picker';
      readonly label: string;
      readonly options: readonly PickerOption[];
      readonly pick: (id: string) => void;
    }
  | {
      readonly type: 'days';
      readonly days: Days;
      /** Null where both were left open. */
      readonly choose: (days: Days | null) => void;
      readonly at: Place;
    }
  | {
      readonly type: 'question';
      readonly folder: Folder;
      /** Its chats and those of the folders in it. */
      readonly count: number;
      readonly at: Place;
    };

/** The one popup; closing it gives the focus back to where it came from. */
export class Popups {
  readonly #shown = signal<Popup | null>(null);
  #opener: Element | null = null;

  get shown(): ReadonlySignal<Popup | null> {
    return this.#shown;
  }

  open(popup: Popup): void {
    if (this.#shown.value === null) this.#opener = document.activeElement;
    this.#shown.value = popup;
  }

  /** `keepFocus` when the user has put the focus elsewhere already. */
  close({ keepFocus = false } = {}): void {
    if (this.#shown.value === null) return;
    this.#shown.value = null;
    if (!keepFocus && this.#opener instanceof HTMLElement) this.#opener.focus();
    this.#opener = null;
  }
}
