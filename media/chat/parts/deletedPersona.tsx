import { t } from '../../../src/base/texts.ts';
import type { Signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Persona } from '../../../src/protocol/chatSetup.ts';
import { UNDO_MS } from '../../../src/protocol/library.ts';
import type { Ask } from '../chatConnection.ts';
import { Icon, IconButton } from './icon.tsx';

interface DeletedPersonaProps {
  readonly deleted: Signal<Persona | null>;
  readonly ask: Ask;
}

/** Offers to take a deletion back, for some seconds and for as long as the pointer or the focus is there. */
export function DeletedPersona({ deleted, ask }: DeletedPersonaProps): JSX.Element | null {
  const persona = deleted.value;
  const [isHeld, setIsHeld] = useState(false);
  useEffect(() => {
    if (persona === null || isHeld) return undefined;
    const timer = setTimeout(() => (deleted.value = null), UNDO_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [persona, isHeld]);
  if (persona === null) return null;
  const close = (): void => {
    setIsHeld(false);
    deleted.value = null;
  };
  return (
    <div
      class="deleted-persona"
      role="status"
      onPointerEnter={() => {
        setIsHeld(true);
      }}
      onPointerLeave={() => {
        setIsHeld(false);
      }}
      onFocusIn={() => {
        setIsHeld(true);
      }}
      onFocusOut={() => {
        setIsHeld(false);
      }}
    >
      <Icon name="trash" />
      <span>{t('“{0}” was deleted.', persona.name)}</span>
      <button
        type="button"
        class="link-button"
        onClick={() => {
          void ask('savePersona', persona).then((isBack) => {
            if (isBack) close();
          });
        }}
      >
        {t('Undo')}
      </button>
      <IconButton icon="close" label={t('Dismiss')} onClick={close} />
    </div>
  );
}
