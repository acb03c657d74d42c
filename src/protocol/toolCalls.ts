/** A call of a tool by the model, as it is kept and shown. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** What it was called with: JSON, or whatever the model wrote. */
  readonly input: string;
  /** What came back; null while nothing has. */
  readonly output: string | null;
  readonly state: 'called' | 'done' | 'failed' | 'denied';
}

/** Longest text that is shown of an input or an output, in UTF-16 code units. */
const SHOWN = 20_000;
const MOST_CALLS = 200;

/**
 * The calls in the stored parts of a message. An import may have put anything there: what is no call is passed over.
 * Understood are our own form, and those of the AI SDK and of OpenAI’s and Anthropic’s messages, with results as parts
 * of their own that name the call.
 */
export function readToolCalls(parts: unknown): readonly ToolCall[] {
  if (!Array.isArray(parts)) return [];
  const calls = new Map<string, ToolCall>();
  for (const [at, part] of parts.slice(0, MOST_CALLS * 2).entries()) {
    const fields = fieldsOf(part);
    const type = text(fields['type']);
    const id = text(fields['toolCallId'] ?? fields['tool_use_id'] ?? fields['tool_call_id'] ?? fields['id']);
    if (/^(?:tool[-_](?:call|use)|function(?:_call)?)$/u.test(type)) {
      const inner = fieldsOf(fields['function']);
      const name = text(fields['toolName'] ?? fields['name'] ?? inner['name']).slice(0, 200);
      if (name === '' || calls.size === MOST_CALLS) continue;
      const input = shown(fields['input'] ?? fields['args'] ?? fields['arguments'] ?? inner['arguments'] ?? '');
      const output = fields['output'] ?? fields['result'] ?? null;
      const own = text(fields['state']);
      const key = id === '' ? `call ${at}` : id;
      calls.set(key, {
        id: key,
        name,
        input,
        output: output === null ? null : shown(output),
        state: stateOf(own, output !== null),
      });
    } else if (/^tool[-_]result$/u.test(type)) {
      const call = calls.get(id);
      if (call === undefined) continue;
      const isError = fields['isError'] === true || fields['is_error'] === true;
      const output = shown(fields['output'] ?? fields['result'] ?? fields['content'] ?? '');
      calls.set(id, { ...call, output, state: isError ? 'failed' : 'done' });
    }
  }
  return [...calls.values()];
}

function stateOf(own: string, hasOutput: boolean): ToolCall['state'] {
  if (own === 'failed' || own === 'error' || own === 'output-error') return 'failed';
  if (own === 'denied') return 'denied';
  return hasOutput || own === 'done' ? 'done' : 'called';
}

function shown(value: unknown): string {
  const whole = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return whole.length > SHOWN ? `${whole.slice(0, SHOWN).replace(/[\uD800-\uDBFF]$/u, '')}…` : whole;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function fieldsOf(value: unknown): Readonly<Partial<Record<string, unknown>>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
