import * as vscode from 'vscode';
import { DisposableStore } from '../base/disposable.ts';
import { t } from '../base/texts.ts';
import { providerOfKey } from '../models/recogniseKey.ts';
import { type ProviderDefinition, builtInProvider } from '../models/registry.ts';
import { type Left, type Place, entered, placeBox, tried } from './wizard/quickSteps.ts';

export interface KeyQuestion {
  /** Whose key it is; undefined where its form is to tell, or else the user. */
  readonly provider: ProviderDefinition | undefined;
  /** Where it will be kept. */
  readonly vault: string;
  /** What is wrong with a text as a key; a sentence. */
  problem(typed: string): string | undefined;
  /** Of a question among others. */
  readonly place?: Place;
  /** What stands in the box to begin with, and what is wrong with it. */
  readonly typed?: string;
  readonly trouble?: string | null;
  /** Asks the user whose key it is; undefined when the user leaves. */
  askWhose(): Promise<ProviderDefinition | undefined>;
  /** Rejects with a sentence when the provider does not take the key, or cannot be asked. */
  check(provider: ProviderDefinition, key: string, signal: AbortSignal): Promise<void>;
}

export interface TypedKey {
  readonly provider: ProviderDefinition;
  /** Empty where the provider needs none and the user gave none. */
  readonly key: string;
}

/**
 * Asks for a key in VS Code’s password box. Whose it is, what is wrong with its form and that its provider refuses it
 * is said in the box, which stays open; Enter again keeps a key that could not be tried.
 */
export async function askForKey(question: KeyQuestion): Promise<TypedKey | Left> {
  const parts = new DisposableStore();
  const box = parts.add(vscode.window.createInputBox());
  box.password = true;
  placeBox(box, question.place);
  box.value = question.typed ?? '';
  box.validationMessage = question.trouble ?? undefined;
  try {
    return await untilTaken(box, question);
  } finally {
    parts.dispose();
  }
}

async function untilTaken(box: vscode.InputBox, question: KeyQuestion): Promise<TypedKey | Left> {
  /** What was refused last: sent a second time, it is kept all the same. */
  let refused: string | undefined;
  let chosen: ProviderDefinition | undefined;
  const whose = (): ProviderDefinition | undefined => question.provider ?? recognised(box.value) ?? chosen;
  const isOptional = (): boolean => question.provider?.key.need === 'optional';
  const describe = (): void => {
    const provider = whose();
    box.title = provider === undefined ? t('API Key') : t('{0}: API Key', provider.displayName);
    box.placeholder = isOptional() ? t('Leave empty if the server wants none') : '';
    box.prompt = promptFor(question, provider);
  };
  describe();
  for (;;) {
    const answer = await entered(box, () => {
      refused = undefined;
      box.validationMessage = box.value.trim() === '' ? undefined : question.problem(box.value);
      describe();
    });
    if (answer.is !== 'typed') return answer.is === 'back' ? 'back' : undefined;
    const typed = answer.text;
    if (typed.trim() === '' && question.provider !== undefined && isOptional()) {
      return { provider: question.provider, key: '' };
    }
    const problem = question.problem(typed);
    if (problem !== undefined) {
      // Not where another text has come since.
      if (box.value === typed) box.validationMessage = problem;
      continue;
    }
    chosen = whose() ?? (await question.askWhose());
    if (chosen === undefined) return undefined;
    if (refused === typed) return { provider: chosen, key: typed };
    // The list of providers has closed the box.
    box.show();
    describe();
    box.prompt = t('Asking {0} whether it takes the key…', chosen.displayName);
    const provider = chosen;
    const failure = await tried(box, (signal) => question.check(provider, typed, signal));
    if (failure === null) return { provider: chosen, key: typed };
    if (failure === undefined) return undefined;
    refused = typed;
    describe();
    box.validationMessage = t('{0} Enter another key, or press Enter again to keep this one.', failure);
  }
}

function promptFor({ provider: asked, vault }: KeyQuestion, provider: ProviderDefinition | undefined): string {
  if (provider === undefined) return t('Whose key it is, its form tells. It will be kept in {0}.', vault);
  if (asked === undefined) return t('This is a key of {0}. It will be kept in {1}.', provider.displayName, vault);
  const { obtainAt } = provider.key;
  if (obtainAt === null) return t('It will be kept in {0}.', vault);
  return t('It will be kept in {0}. Get one at {1}.', vault, obtainAt);
}

function recognised(typed: string): ProviderDefinition | undefined {
  const name = providerOfKey(typed);
  return name === undefined ? undefined : builtInProvider(name);
}
