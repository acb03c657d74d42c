import { t } from '../../src/base/texts.ts';
import { type ChatMode, type Persona, type SetupState, chatModes } from '../../src/protocol/chatSetup.ts';
import type { MenuGroup } from './history/popup.ts';

/** What a mode is called, and its icon. */
export function modeLook(mode: ChatMode): { readonly label: string; readonly detail: string; readonly icon: string } {
  switch (mode) {
    case 'ask':
      return { label: t('Ask'), detail: t('Ask: answers in words'), icon: 'comment-discussion' };
    case 'edit':
      return { label: t('Edit'), detail: t('Edit: answers with changes of files'), icon: 'edit' };
  }
}

export interface SetupActions {
  pickMode(mode: ChatMode): void;
  /** Null: Sextant itself. */
  pickPersona(id: string | null): void;
  /** A persona to change, or what a new one begins with. */
  edit(persona: Persona | null): void;
  compare(): void;
}

/** The lines of the menu that says how a chat is answered. */
export function setupMenu(
  { mode, personaId, personas }: SetupState,
  canCompare: boolean,
  actions: SetupActions,
): readonly MenuGroup[] {
  const current = personas.find(({ id }) => id === personaId);
  return [
    {
      label: t('Mode'),
      isOneOf: true,
      items: chatModes.map((each) => ({
        label: modeLook(each).detail,
        isChosen: each === mode,
        run: () => {
          actions.pickMode(each);
        },
      })),
    },
    {
      label: t('Persona'),
      isOneOf: true,
      items: [{ id: null, name: 'Sextant' }, ...personas].map(({ id, name }) => ({
        label: name,
        isChosen: id === (current?.id ?? null),
        run: () => {
          actions.pickPersona(id);
        },
      })),
    },
    {
      items: [
        ...(current === undefined
          ? []
          : [
              {
                label: t('Change “{0}”…', current.name),
                run: () => {
                  actions.edit(current);
                },
              },
            ]),
        {
          label: t('New persona…'),
          run: () => {
            actions.edit(null);
          },
        },
        ...(canCompare
          ? [
              {
                label: t('Compare with another model…'),
                run: () => {
                  actions.compare();
                },
              },
            ]
          : []),
      ],
    },
  ];
}
