import * as vscode from 'vscode';
import { listed, t } from '../base/texts.ts';
import { type HttpProvider, type ProviderSettings, httpProviders, openEndpoint } from '../chat/modelSources.ts';
import { parseModelRef } from '../models/chatModel.ts';
import { listModels } from '../models/modelCatalog.ts';
import type { Fetch } from '../privacy/egressGate.ts';
import { isLoopback } from '../privacy/isLoopback.ts';
import { readSettings, saveIndexEmbeddingModel, saveIndexRerankModel } from './settings.ts';

/** A provider that does not answer in this time is left out of the list. */
const LIST_PATIENCE_MS = 3000;

/** What a model does for the search of the code, and how the user is asked for one. */
export interface SearchRole {
  readonly purpose: 'embedding' | 'rerank';
  readonly title: string;
  readonly question: string;
  readonly none: string;
  readonly example: string;
  readonly current: () => string;
  readonly save: (value: string) => Promise<void>;
  /** What is sent to a provider of that name, as a question. */
  readonly consent: (provider: string) => string;
  readonly consentDetail: (host: string) => string;
}

/** The models that can help the search. */
export const searchRoles = {
  embedding: (): SearchRole => ({
    purpose: 'embedding',
    title: t('Embedding Model of the Index'),
    question: t('Which model helps the built-in one to find code by its meaning?'),
    none: t('$(home) Built-in alone'),
    example: 'ollama/nomic-embed-text',
    current: readSettings.indexEmbeddingModel,
    save: saveIndexEmbeddingModel,
    consent: (provider) => t('Send the text of every indexed file to {0}?', provider),
    consentDetail: (host) =>
      t(
        'It goes to {0}, again whenever a file changes, and may cost money. Secret files stay here, and what looks like a key is taken out.',
        host,
      ),
  }),
  reranking: (): SearchRole => ({
    purpose: 'rerank',
    title: t('Reranking Model of the Search'),
    question: t('Which model puts the best passages of a search in order?'),
    none: t('$(circle-slash) None'),
    example: 'llamacpp/bge-reranker-v2-m3',
    current: readSettings.indexRerankModel,
    save: saveIndexRerankModel,
    consent: (provider) => t('Send passages of your code to {0} with every search?', provider),
    consentDetail: (host) =>
      t(
        'They go to {0} with the question, up to 30 each time, and may cost money. Secret files stay here, and what looks like a key is taken out.',
        host,
      ),
  }),
};

/** Lets the user choose a model for a role, or none. What leaves the machine is said before it does. */
export async function chooseSearchModel(
  role: SearchRole,
  providerSettings: ProviderSettings,
  fetch: Fetch,
): Promise<void> {
  const current = role.current();
  const mark = (value: string): string => (value === current ? t('in use') : '');
  const none = { label: role.none, description: mark(''), detail: t('Nothing leaves this machine'), value: '' };
  const other = {
    label: t('$(edit) Another…'),
    description: '',
    detail: t('Enter provider/model'),
    value: undefined,
  };
  const offers = listAll(role.purpose, providerSettings, fetch).then((found) => [
    none,
    ...found.map(({ value, provider }) => ({
      label: value,
      description: [provider.displayName, mark(value)].filter(Boolean).join(' · '),
      value,
    })),
    other,
  ]);
  const picked = await vscode.window.showQuickPick(offers, {
    title: role.title,
    placeHolder: role.question,
    matchOnDescription: true,
  });
  if (picked === undefined) return;
  const value = picked.value ?? (await askForModel(role));
  if (value === undefined || (value !== '' && !(await isAgreed(role, value, providerSettings, fetch)))) return;
  await role.save(value);
}

interface Offer {
  readonly value: string;
  readonly provider: HttpProvider;
}

/** The models for a purpose of all providers that answer. */
async function listAll(
  purpose: SearchRole['purpose'],
  providerSettings: ProviderSettings,
  fetch: Fetch,
): Promise<Offer[]> {
  const lists = await Promise.all(
    httpProviders.map(async (provider): Promise<Offer[]> => {
      try {
        const endpoint = await openEndpoint(provider, providerSettings, fetch);
        // A provider that was never set up is not asked for anything.
        if (!isLoopback(endpoint.baseUrl) && endpoint.apiKey === null && provider.key.need === 'required') return [];
        const models = await listModels(endpoint, AbortSignal.timeout(LIST_PATIENCE_MS), purpose);
        return models.map(({ id }) => ({ value: `${provider.name}/${id}`, provider }));
      } catch {
        return [];
      }
    }),
  );
  return lists.flat();
}

async function askForModel({ title, example, current }: SearchRole): Promise<string | undefined> {
  const typed = await vscode.window.showInputBox({
    title,
    prompt: t('As provider/model, for example {0}', example),
    value: current(),
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

/** Sending code elsewhere is nothing to be picked in passing. */
async function isAgreed(
  role: SearchRole,
  value: string,
  providerSettings: ProviderSettings,
  fetch: Fetch,
): Promise<boolean> {
  const provider = httpProviders.find(({ name }) => name === parseModelRef(value)?.provider);
  if (provider === undefined) return false;
  const { baseUrl } = await openEndpoint(provider, providerSettings, fetch);
  if (isLoopback(baseUrl)) return true;
  const send = t('Send My Code');
  const chosen = await vscode.window.showWarningMessage(
    role.consent(provider.displayName),
    { modal: true, detail: role.consentDetail(new URL(baseUrl).host) },
    send,
  );
  return chosen === send;
}
