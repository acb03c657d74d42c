import { t } from '../../../src/base/texts.ts';
import type { JSX } from 'preact';
import type { Persona } from '../../../src/protocol/chatSetup.ts';
import type { ChatState } from '../chatState.ts';
import type { Ask } from '../chatConnection.ts';
import type { Compared } from '../compared.ts';
import type { Popups } from '../history/popup.ts';
import { modeLook, setupMenu } from '../setupMenu.ts';
import { Icon } from './icon.tsx';

interface SetupButtonProps {
  readonly state: ChatState;
  readonly ask: Ask;
  readonly compared: Compared;
  readonly popups: Popups;
  /** A persona to change, or null for a new one. */
  readonly edit: (persona: Persona | null) => void;
}

/** Says in which mode and as whom the chat is answered, and opens the menu where both are chosen. */
export function SetupButton({ state, ask, compared, popups, edit }: SetupButtonProps): JSX.Element {
  const setup = state.setup.value;
  const persona = setup.personas.find(({ id }) => id === setup.personaId);
  const { label, icon } = modeLook(setup.mode);
  const name = persona === undefined ? label : `${label} · ${persona.name}`;
  const open = (button: Element): void => {
    const { left, top } = button.getBoundingClientRect();
    const at = { x: left, y: top };
    const groups = setupMenu(setup, compared.choices().length > 0, {
      pickMode: (mode) => void ask('pickMode', { mode }),
      pickPersona: (id) => void ask('pickPersona', { id }),
      edit,
      compare: () => {
        popups.open({ type: 'menu', label: t('Compare with'), groups: compared.menu(), at });
      },
    });
    popups.open({ type: 'menu', label: t('How the chat is answered'), groups, at });
  };
  return (
    <button
      type="button"
      class="setup-button"
      aria-haspopup="menu"
      aria-label={t('Mode and persona: {0}', name)}
      title={t('Choose the mode and the persona (Ctrl+. switches the mode)')}
      onClick={({ currentTarget }) => {
        open(currentTarget);
      }}
    >
      <Icon name={icon} />
      <span class="setup-name">{name}</span>
    </button>
  );
}
