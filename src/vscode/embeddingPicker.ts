import * as vscode from 'vscode';
import { listed, t } from '../base/texts.ts';
import { type HttpProvider, type ProviderSettings, httpProviders, openEndpoint } from '../chat/modelSources.ts';
import { parseModelRef } from '../models/chatModel.ts';
import { listModels } from '../models/modelCatalog.ts';
import type { Fetch } from '../privacy/egressGate.ts';
import { isLoopback } from '../privacy/isLoopback.ts';
import { readSettings, saveIndexEmbeddingModel } from './settings.ts';

/** A provider that does not answer in this time is left out of the list. */
const LIST_PATIENCE_MS = 3000;

/** Lets the user choose the embedding model that helps the built-in one. What leaves the machine is said before it does. */
export async function chooseEmbeddingModel(providerSettings: ProviderSettings, fetch: Fetch): Promise<void> {
  const current = readSettings.indexEmbeddingModel();
  const mark = (value: string): string => (value === current ? t('in use') : '');
  const builtIn = {
    label: t('$(home) Built-in alone'),
    description: mark(''),
    detail: t('Nothing leaves this machine'),
    value: '',
  };
  const other = { label: t('$(edit) Another…'), description: '', detail: t('Enter provider/model'), value: undefined };
  const offers = listAll(providerSettings, fetch).then((found) => [
    builtIn,
    ...found.map(({ value, provider }) => ({
      label: value,
      description: [provider.displayName, mark(value)].filter(Boolean).join(' · '),
      value,
    })),
    other,
  ]);
  const picked = await vscode.window.showQuickPick(offers, {
    title: t('Embedding Model of the Index'),
    placeHolder: t('Which model helps the built-in one to find code by its meaning?'),
    matchOnDescription: true,
  });
  if (picked === undefined) return;
  const value = picked.value ?? (await askForModel(current));
  if (value === undefined || (value !== '' && !(await isAgreed(value, providerSettings, fetch)))) return;
  await saveIndexEmbeddingModel(value);
}

interface Offer {
  readonly value: string;
  readonly provider: HttpProvider;
}

/** The embedding models of all providers that answer. */
async function listAll(providerSettings: ProviderSettings, fetch: Fetch): Promise<Offer[]> {
  const lists = await Promise.all(
    httpProviders.map(async (provider): Promise<Offer[]> => {
      try {
        const endpoint = await openEndpoint(provider, providerSettings, fetch);
        // A provider that was never set up is not asked for anything.
        if (!isLoopback(endpoint.baseUrl) && endpoint.apiKey === null && provider.key.need === 'required') return [];
        const models = await listModels(endpoint, AbortSignal.timeout(LIST_PATIENCE_MS), 'embedding');
        return models.map(({ id }) => ({ value: `${provider.name}/${id}`, provider }));
      } catch {
        return [];
      }
    }),
  );
  return lists.flat();
}

async function askForModel(current: string): Promise<string | undefined> {
  const typed = await vscode.window.showInputBox({
    title: t('Embedding Model of the Index'),
    prompt: t('As provider/model, for example ollama/nomic-embed-text'),
    value: current,
    validateInput: (value) => {
      const ref = parseModelRef(value.trim());
      if (ref === null) return t('Write it as provider/model.');
      return httpProviders.some(({ name }) => name === ref.provider)
        ? undefined
        : t('There is no provider “{0}”. There are: {1}.', ref.provider, listed(httpProviders.map(({ name }) => name)));
    },
  });
  return typed?.trim();
}

/** Sending a whole workspace elsewhere is nothing to be picked in passing. */
async function isAgreed(value: string, providerSettings: ProviderSettings, fetch: Fetch): Promise<boolean> {
  const provider = httpProviders.find(({ name }) => name === parseModelRef(value)?.provider);
  if (provider === undefined) return false;
  const { baseUrl } = await openEndpoint(provider, providerSettings, fetch);
  if (isLoopback(baseUrl)) return true;
  const send = t('Send My Code');
  const chosen = await vscode.window.showWarningMessage(
    t('Send the text of every indexed file to {0}?', provider.displayName),
    {
      modal: true,
      detail: t(
        'It goes to {0}, again whenever a file changes, and may cost money. Secret files stay here, and what looks like a key is taken out.',
        new URL(baseUrl).host,
      ),
    },
    send,
  );
  return chosen === send;
}
