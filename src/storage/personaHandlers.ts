import type { PersonaRequests } from '../protocol/chatSetup.ts';
import { checkPersona } from './checkPersona.ts';
import { deletePersona, listPersonas, savePersona } from './personaRepository.ts';
import { GENERAL, type RequestHandlers, type StoreAccess } from './storeAccess.ts';

/** Answers what concerns personas; `onDeleted` hears that something is to be purged when its time is up. */
export function personaHandlers({ read, write }: StoreAccess, onDeleted: () => void): RequestHandlers<PersonaRequests> {
  return {
    'personas.list': () => read(listPersonas),
    'personas.save': (persona) => {
      const checked = checkPersona(persona);
      return write(GENERAL, (scope) => savePersona(scope, checked));
    },
    'personas.delete': async (persona) => {
      await write(GENERAL, (scope) => deletePersona(scope, persona));
      onDeleted();
    },
  };
}
