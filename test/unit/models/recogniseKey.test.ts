import assert from 'node:assert/strict';
import { providerOfKey } from '../../../src/models/recogniseKey.ts';
import { builtInProvider } from '../../../src/models/registry.ts';

/** Made up in the form of each provider’s. */
const body = (length: number, letters = 'aB3dE6gH9jK2'): string => letters.repeat(20).slice(0, length);

const keys: readonly (readonly [key: string, provider: string | undefined])[] = [
  [`sk-ant-api03-${body(80)}-_AA`, 'anthropic'],
  [`sk-or-v1-${body(64, '0123456789abcdef')}`, 'openrouter'],
  [`sk-proj-${body(120)}_-x`, 'openai'],
  [`sk-svcacct-${body(60)}`, 'openai'],
  [`sk-${body(20)}T3BlbkFJ${body(20)}`, 'openai'],
  [`sk-${body(48)}`, 'openai'],
  [`sk-${body(32, '0123456789abcdef')}`, 'deepseek'],
  [`AIza${body(35)}`, 'google'],
  [`xai-${body(80)}`, 'xai'],
  [`gsk_${body(52)}`, 'groq'],
  [`tgp_v1_${body(43)}`, 'together'],
  [body(64, '0123456789abcdef'), 'together'],
  [`fw_${body(24)}`, 'fireworks'],
  [`csk-${body(48)}`, 'cerebras'],
  [`hf_${body(34, 'abcDEF')}`, 'huggingface'],
  [body(32), 'mistral'],
  [`  gsk_${body(52)}\n`, 'groq'],
  ['', undefined],
  ['sk-', undefined],
  ['hunter2', undefined],
  [`AIza${body(10)}`, undefined],
  [`ghp_${body(36)}`, undefined],
];

describe('providerOfKey', () => {
  for (const [key, provider] of keys) {
    it(`takes ${key.trim().slice(0, 12) || 'nothing'}… for ${provider ?? 'nobody’s'}`, () => {
      assert.equal(providerOfKey(key), provider);
      if (provider !== undefined) assert.equal(builtInProvider(provider)?.key.need, 'required');
    });
  }
});
