import * as vscode from 'vscode';
import type { LocalServerSearch } from '../chat/modelDirectory.ts';
import { hostAddresses, readRoutes } from '../models/hostAddresses.node.ts';
import { findHostServers } from '../models/hostServers.ts';
import { fetchWhereListening } from '../models/listeningPorts.node.ts';
import { findLocalServers } from '../models/localServers.ts';
import type { EgressGate } from '../privacy/egressGate.ts';
import { refusal } from '../privacy/policy.ts';
import { resolveHost } from '../privacy/resolveHost.node.ts';
import { localAddresses } from './localAddresses.ts';
import { readSettings } from './settings.ts';

/** Looks on this machine, and from a container or WSL on the computer that it runs on. */
export function localServerSearch(gate: Pick<EgressGate, 'fetch'>): LocalServerSearch {
  const fetch = fetchWhereListening(gate.fetch);
  const onHost = async (): ReturnType<LocalServerSearch['find']> => {
    if (readSettings.localOnly()) return [];
    const hosts = await hostAddresses(vscode.env.remoteName, { resolve: resolveHost, routes: readRoutes });
    const policies = readSettings.policies();
    const mayAsk = (address: string, provider: string): boolean => refusal(policies, address, provider) === null;
    const found = await findHostServers(fetch, mayAsk, hosts);
    return found.map((server) => ({ ...server, isOnHost: true }));
  };
  return {
    find: async () => {
      if (!readSettings.detectLocalServers()) return [];
      const [here, there] = await Promise.all([findLocalServers(fetch, localAddresses()), onHost()]);
      return [...here, ...there.filter(({ provider }) => !here.some((server) => server.provider === provider))];
    },
  };
}
