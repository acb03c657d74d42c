import * as vscode from 'vscode';
import { errorMessage } from '../base/errors.ts';
import { t } from '../base/texts.ts';
import type { ModelRef } from '../models/chatModel.ts';
import { normaliseAddress } from '../models/endpoint.ts';
import type { ProviderDefinition } from '../models/registry.ts';
import { readSettings } from './settings.ts';

/** Lets the user choose one; undefined when the user leaves. */
export async function pickProvider(
  placeHolder: string,
  providers: readonly ProviderDefinition[],
): Promise<ProviderDefinition | undefined> {
  const items = providers.map((provider) => providerItem(provider));
  return (await vscode.window.showQuickPick(items, { title: 'Sextant', placeHolder }))?.provider;
}

function providerItem(provider: ProviderDefinition): vscode.QuickPickItem & { readonly provider: ProviderDefinition } {
  const description = provider.isLocal
    ? t('on this machine')
    : provider.baseUrl === null
      ? t('an address of yours')
      : t('needs an API key');
  return { label: provider.displayName, description, provider };
}

/** A model that the provider does not list; undefined when the user leaves. */
export async function askForModel(provider: ProviderDefinition): Promise<ModelRef | undefined> {
  const name = await vscode.window.showInputBox({
    title: t('{0}: Model', provider.displayName),
    prompt: t('The name of the model, or of its deployment, as the provider calls it'),
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim() === '' ? t('Enter a name.') : undefined),
  });
  return name === undefined ? undefined : { provider: provider.name, model: name.trim() };
}

/**
 * The address as the wires want it; null for the provider's usual one, or where there is none to ask for; undefined
 * when the user leaves.
 */
export async function askForAddress(provider: ProviderDefinition): Promise<string | null | undefined> {
  const { protocol, baseUrl } = provider;
  if (protocol === 'vscode' || protocol === 'offline') return null;
  const example = baseUrl ?? provider.addressExample ?? 'http://127.0.0.1:8000/v1';
  const address = await vscode.window.showInputBox({
    title: t('{0}: Address', provider.displayName),
    prompt:
      baseUrl === null
        ? t('The base address of the server, for example {0}', example)
        : t('The base address of the server; empty for the usual one, {0}', example),
    value: readSettings.endpoints()[provider.name] ?? '',
    ignoreFocusOut: true,
    validateInput: (value) => {
      if (baseUrl !== null && value.trim() === '') return undefined;
      try {
        normaliseAddress(value, protocol);
        return undefined;
      } catch (error) {
        return errorMessage(error);
      }
    },
  });
  if (address === undefined) return undefined;
  if (baseUrl === null) return normaliseAddress(address, protocol);
  const typed = address.trim() === '' ? baseUrl : normaliseAddress(address, protocol);
  return typed === baseUrl ? null : typed;
}
