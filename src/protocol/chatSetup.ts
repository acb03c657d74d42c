import type { ModelRef } from './store.ts';

/** How questions of a chat are answered. A chat’s mode is text in the store, so that there is room for more. */
export const chatModes = ['ask', 'edit'] as const;

/** `ask`: in words. `edit`: with changes of files, each to be reviewed, applied or discarded. */
export type ChatMode = (typeof chatModes)[number];

/** Somebody to ask: what a model is told to be, and how. */
export interface Persona {
  readonly id: string;
  /** Unlike that of all others, whatever its case. */
  readonly name: string;
  readonly description: string;
  /** What the model is told. */
  readonly prompt: string;
  /** Who answers; null: whoever is chosen. */
  readonly model: ModelRef | null;
  /** From 0 to 2; null: as the provider has it. */
  readonly temperature: number | null;
  /** Questions to begin a chat with. */
  readonly starters: readonly string[];
}

/** What is chosen for a chat. */
export interface ChatSetup {
  readonly mode: ChatMode;
  /** Null: Sextant itself. */
  readonly personaId: string | null;
}

/** How an answer was asked for, as it is kept with it. The name outlives the persona. */
export interface AnsweredAs {
  readonly mode: ChatMode;
  readonly persona: Pick<Persona, 'id' | 'name'> | null;
}

/** What stands where nothing is chosen. */
export const usualSetup: ChatSetup = { mode: 'ask', personaId: null };

/** A mode of a newer version, or of an imported chat, is answered in words. */
export function readMode(text: unknown): ChatMode {
  return chatModes.find((mode) => mode === text) ?? 'ask';
}

/** Longest texts of a persona, in UTF-16 code units; `starter` is one of them. */
export const personaLimits = { name: 60, description: 300, prompt: 20_000, starter: 300, starters: 6 } as const;

/** What the store answers about personas. */
export interface PersonaRequests {
  /** By their names. */
  'personas.list'(params: null): Persona[];
  /** Keeps a new one, or what has become of a known one. Code `conflict` where another one has its name. */
  'personas.save'(params: Persona): void;
  /** What it has answered stays. Saved again within `UNDO_MS`, it still is the persona of its chats. */
  'personas.delete'(params: { id: string }): void;
}

/** What the chat view draws of all this. */
export interface SetupState extends ChatSetup {
  readonly personas: readonly Persona[];
  /** What does not go as it was chosen, as a sentence; null where all does. */
  readonly note: string | null;
}

/** What the chat view asks about modes and personas. */
export interface ChatSetupRequests {
  pickMode(params: { mode: ChatMode }): void;
  pickPersona(params: { id: string | null }): void;
  savePersona(params: Persona): void;
  deletePersona(params: { id: string }): void;
}
