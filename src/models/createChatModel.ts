import type { ChatModel, ChatPart, ChatRequest, ModelRef } from './chatModel.ts';
import type { Endpoint } from './endpoint.ts';
import { WireError } from './failure.ts';
import { ollamaChat } from './ollama.ts';
import { builtInProviders } from './registry.ts';
import { type Attempt, type Robustness, defaultRobustness, robustStream } from './robustStream.ts';

/**
 * A chat model behind an endpoint. It holds the endpoint's key: make one for each request. What is
 * heavy is loaded when the first answer is asked for.
 */
export function createChatModel(
  endpoint: Endpoint,
  ref: ModelRef,
  robustness: Robustness = defaultRobustness,
): ChatModel {
  return {
    ref,
    stream: (request, signal) =>
      robustStream(
        endpoint,
        { purpose: 'chat', files: [], ...request.origin, model: ref.model },
        request.onHeld === undefined ? robustness : { ...robustness, onHeld: request.onHeld },
        signal,
        (attempt) => whole(open(endpoint, ref.model, request, attempt)),
      ),
  };
}

async function* open(
  endpoint: Endpoint,
  model: string,
  request: ChatRequest,
  attempt: Attempt,
): AsyncGenerator<ChatPart, void, undefined> {
  const { protocol } = endpoint;
  if (endpoint.apiKey === null && isOfficial(endpoint)) throw new WireError({ type: 'no-key' });
  if (protocol === 'ollama') {
    yield* ollamaChat(endpoint, model, request, attempt);
    return;
  }
  const { aiSdkChat } = await import('./aiSdk.ts');
  yield* aiSdkChat({ ...endpoint, protocol }, model, request, attempt);
}

/** True for the address of a service that answers nobody without a key. A gateway elsewhere may. */
function isOfficial({ baseUrl }: Endpoint): boolean {
  return builtInProviders.some((provider) => provider.key.need === 'required' && provider.baseUrl === baseUrl);
}

/** Passes a complete answer through, and refuses one that says it is complete and says nothing. */
async function* whole(parts: AsyncIterable<ChatPart>): AsyncGenerator<ChatPart, void, undefined> {
  let isEmpty = true;
  for await (const part of parts) {
    if (part.type !== 'finish') isEmpty = false;
    else if (isEmpty && part.reason !== 'length') {
      throw new WireError(part.reason === 'content-filter' ? { type: 'withheld' } : { type: 'empty' });
    }
    yield part;
  }
}
