import * as vscode from 'vscode';
import { type SextantError, errorCode, errorMessage } from '../base/errors.ts';
import { t } from '../base/texts.ts';
import type { ModelSource } from '../chat/modelDirectory.ts';
import type { ChatModel, ChatPart, ChatRequest, ModelRef } from '../models/chatModel.ts';
import { type ModelErrorDetails, modelError } from '../models/modelError.ts';
import type { EgressGate } from '../privacy/egressGate.ts';
import { EDITOR_MODELS } from '../protocol/egress.ts';
import { redactSecrets } from '../privacy/redactSecrets.ts';
import type { ModelInfo } from '../protocol/modelInfo.ts';

/** What these models' provider is called in the registry. */
export const EDITOR_PROVIDER = 'vscode';

/**
 * The models that VS Code itself offers to extensions (`vscode.lm`): none in many installations. Two vendors may
 * call a model the same; here each is `vendor/id`, so that a question goes to whom the user picked.
 */
export const editorModels = {
  onDidChange: vscode.lm.onDidChangeChatModels,

  async list(): Promise<ModelInfo[]> {
    const models = await vscode.lm.selectChatModels();
    return models.map(({ vendor, id, name, maxInputTokens }) => ({
      id: `${vendor}/${id}`,
      displayName: name,
      contextWindow: maxInputTokens,
    }));
  },

  /** Throws a model error when VS Code does not offer the model any more. */
  async open(ref: ModelRef, gate: Pick<EgressGate, 'open'>): Promise<ChatModel> {
    const [vendor = '', ...id] = ref.model.split('/');
    const [model] = await vscode.lm.selectChatModels({ vendor, id: id.join('/') });
    if (model === undefined) {
      const details: ModelErrorDetails = { kind: 'not-found', actions: ['pick-model', 'use-offline'] };
      throw modelError(details, t('VS Code does not offer the model “{0}” any more. Choose another one.', ref.model));
    }
    return { ref, stream: (request, signal) => streamEditorModel(model, ref, request, gate, signal) };
  },
};

/** Listed without being set up, where VS Code has any. */
export function editorModelSource(gate: Pick<EgressGate, 'open'>): ModelSource {
  return {
    name: EDITOR_PROVIDER,
    displayName: 'VS Code language models',
    protocol: 'vscode',
    isAmbient: true,
    isAddressed: () => false,
    list: () => editorModels.list(),
    open: (model) => editorModels.open({ provider: EDITOR_PROVIDER, model }, gate),
    prepare: () => Promise.resolve(),
  };
}

async function* streamEditorModel(
  model: vscode.LanguageModelChat,
  ref: ModelRef,
  request: ChatRequest,
  gate: Pick<EgressGate, 'open'>,
  signal: AbortSignal,
): AsyncGenerator<ChatPart> {
  const cancellation = new vscode.CancellationTokenSource();
  const cancel = (): void => {
    cancellation.cancel();
  };
  signal.addEventListener('abort', cancel, { once: true });
  let received = '';
  let record: ((bytesIn: number) => void) | undefined;
  try {
    signal.throwIfAborted();
    const texts = [request.system, ...request.messages.map(({ text }) => text)];
    const origin = { purpose: 'chat', files: [], ...request.origin, model: ref.model, provider: ref.provider } as const;
    record = await gate.open(EDITOR_MODELS, bytes(texts.join('')), origin);
    // The API has no system role; its documentation asks for a first user message instead.
    const messages = [
      vscode.LanguageModelChatMessage.User(request.system),
      ...request.messages.map(({ role, text }) =>
        role === 'user' ? vscode.LanguageModelChatMessage.User(text) : vscode.LanguageModelChatMessage.Assistant(text),
      ),
    ];
    const options = {
      justification: t(
        'Sextant answers your question in its chat, or completes your code if you chose this model for it.',
      ),
    };
    const response = await model.sendRequest(messages, options, cancellation.token);
    for await (const text of response.text) {
      received += text;
      yield { type: 'text-delta', text };
    }
    signal.throwIfAborted();
    yield { type: 'finish', reason: 'stop', usage: {} };
  } catch (error) {
    signal.throwIfAborted();
    throw toModelError(error);
  } finally {
    record?.(bytes(received));
    signal.removeEventListener('abort', cancel);
    cancellation.dispose();
  }
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).byteLength;
}

function toModelError(error: unknown): SextantError {
  if (errorCode(error) === 'forbidden')
    return modelError({ kind: 'refused', actions: ['pick-model', 'use-offline'] }, errorMessage(error), error);
  if (errorCode(error) === 'local-only') {
    return modelError(
      { kind: 'refused', actions: ['pick-model', 'use-offline'] },
      t(
        '“Local only” is on, and VS Code does not say where its models run, so nothing was sent. Pick a model of this machine’s, or turn “Local only” off.',
      ),
      error,
    );
  }
  switch (error instanceof vscode.LanguageModelError ? error.code : null) {
    case vscode.LanguageModelError.NoPermissions.name:
      return modelError(
        { kind: 'auth', actions: ['retry', 'pick-model'] },
        t(
          'VS Code has not been allowed to let Sextant use this model. Ask again and allow it, or choose another model.',
        ),
        error,
      );
    case vscode.LanguageModelError.NotFound.name:
      return modelError(
        { kind: 'not-found', actions: ['pick-model'] },
        t('VS Code does not offer this model any more.'),
        error,
      );
    case vscode.LanguageModelError.Blocked.name:
      return modelError(
        { kind: 'refused', actions: ['pick-model'] },
        t('The model’s provider refused the request: a quota is used up, or its filter stopped the answer.'),
        error,
      );
    default:
      return modelError(
        { kind: 'server', actions: ['retry', 'pick-model'] },
        t('The model failed: {0}', redactSecrets(errorMessage(error))),
        error,
      );
  }
}
