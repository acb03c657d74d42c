import { type LocalAddresses, type LocalProvider, usualAddresses } from '../models/localServers.ts';
import { isLoopback } from '../privacy/isLoopback.ts';
import { readSettings } from './settings.ts';

/** Where local servers are looked for: at their usual addresses, or where the user says that they are on this machine. */
export function localAddresses(): LocalAddresses {
  const addresses: Record<LocalProvider, string> = { ...usualAddresses };
  for (const name of Object.keys(usualAddresses) as LocalProvider[]) {
    const set = readSettings.endpoints()[name];
    if (set !== undefined && URL.canParse(set) && isLoopback(set)) addresses[name] = new URL(set).origin;
  }
  return addresses;
}
