import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readToolCalls } from '../../../src/protocol/toolCalls.ts';

const search = { id: 'a', name: 'search', input: '{\n  "query": "buoy"\n}' };

describe('readToolCalls', () => {
  for (const [form, parts] of [
    [
      'the AI SDK',
      [
        { type: 'text', text: 'Let me see.' },
        { type: 'tool-call', toolCallId: 'a', toolName: 'search', input: { query: 'buoy' } },
        { type: 'tool-result', toolCallId: 'a', output: 'two files' },
      ],
    ],
    [
      'Anthropic',
      [
        { type: 'tool_use', id: 'a', name: 'search', input: { query: 'buoy' } },
        { type: 'tool_result', tool_use_id: 'a', content: 'two files' },
      ],
    ],
    [
      'OpenAI',
      [
        { type: 'function', id: 'a', function: { name: 'search', arguments: '{\n  "query": "buoy"\n}' } },
        { type: 'tool_result', tool_call_id: 'a', content: 'two files' },
      ],
    ],
  ] as const) {
    it(`reads calls with their results in the form of ${form}`, () => {
      assert.deepEqual(readToolCalls(parts), [{ ...search, output: 'two files', state: 'done' }]);
    });
  }

  for (const [state, part] of [
    ['called', {}],
    ['failed', { output: 'no such file', state: 'output-error' }],
    ['denied', { state: 'denied' }],
    ['done', { result: { files: 2 } }],
  ] as const) {
    it(`tells that a call was ${state}`, () => {
      const [call] = readToolCalls([{ type: 'tool-call', toolCallId: 'a', toolName: 'search', ...part }]);
      assert.equal(call?.state, state);
    });
  }

  it('passes over what is no call, and shows only the beginning of what is long', () => {
    assert.deepEqual(readToolCalls([null, 7, 'x', { type: 'tool-call' }, { type: 'tool_result', content: '' }]), []);
    assert.deepEqual(readToolCalls({ length: 3 }), []);
    const [call] = readToolCalls([{ type: 'tool_use', id: '1', name: 'read', input: 'x'.repeat(1_000_000) }]);
    assert.equal(call?.input.length, 20_001);
  });

  it('never throws, whatever an import has put there', () => {
    const part = fc.record({ type: fc.constantFrom('tool_use', 'tool-result', 'function'), id: fc.anything() }, {});
    fc.assert(
      fc.property(fc.array(fc.oneof(part, fc.jsonValue())), (parts) => {
        for (const call of readToolCalls(JSON.parse(JSON.stringify(parts)))) assert.notEqual(call.name, '');
      }),
    );
  });
});
