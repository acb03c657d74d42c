import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { ChatRequest } from '../../../../src/models/chatModel.ts';
import type { SentContext } from '../../../../src/protocol/sentContext.ts';
import {
  type TurnHistory,
  type TurnMessage,
  noHistory,
  readConversation,
} from '../../../../src/chat/attach/readConversation.ts';
import { buildPrompt } from '../../../../src/chat/prompt.ts';
import type { WindowSize } from '../../../../src/chat/window/contextWindow.ts';
import { type PromptParts, PromptTooLong, fitPrompt } from '../../../../src/chat/window/fitPrompt.ts';
import { passage } from '../passages.ts';

const encoder = new TextEncoder();
const count = (request: ChatRequest): number[] => [
  request.system.length,
  ...request.messages.map(({ text }) => text.length),
];
const sum = (counts: readonly number[]): number => counts.reduce((all, each) => all + each, 0);

const item = (name: string, text: string, isPinned = false): SentContext => ({
  ...{ source: 'file', value: name, label: name, detail: '', icon: 'file', place: null, mimeType: 'text/plain' },
  ...{ sha256: text.padEnd(64, '0').slice(0, 64), tokens: text.length, isPinned },
});

const size = (room: number): WindowSize => ({
  ...{ window: room, isAssumed: false, reserve: 0, room, compactAt: Math.floor(room * 0.85), outputLimit: null },
});

describe('A prompt in a window', () => {
  it('is never longer than it may be, keeps what goes along with the question, and the order', async () => {
    const turn = fc.record({ question: fc.nat(400), answer: fc.nat(800), attached: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.array(turn, { maxLength: 12 }),
        fc.integer({ min: 1_500, max: 9_000 }),
        fc.nat(6),
        fc.boolean(),
        async (turns, room, passages, wantsWhole) => {
          const texts = new Map([['pinned'.padEnd(64, '0'), 'PINNED']]);
          const messages = turns.flatMap(({ question, answer, attached }, at): TurnMessage[] => {
            const text = `item ${at}`;
            if (attached) texts.set(text.padEnd(64, '0'), text);
            return [
              {
                id: `q${at}`,
                role: 'user',
                text: `Q${at} ${'q'.repeat(question)}`,
                sent: attached ? [item(text, text)] : [],
              },
              { id: `a${at}`, role: 'assistant', text: `A${at} ${'a'.repeat(answer)}` },
            ];
          });
          const asked: TurnMessage = { id: '', role: 'user', text: 'NOW', sent: [item('pinned', 'pinned', true)] };
          const history: TurnHistory = { ...noHistory, messages, wantsWhole };
          let ended: number | null = null;
          const build = async (parts: PromptParts): Promise<ChatRequest> => {
            const conversation = { ...parts.history, messages: [...parts.history.messages, asked] };
            const read = await readConversation(conversation, 1_000, (sha256) =>
              Promise.resolve(encoder.encode(texts.get(sha256) ?? '')),
            );
            const found = Array.from({ length: parts.passages }, () => passage());
            return buildPrompt({
              ...{ text: 'NOW', ...read.messages.at(-1), history: read.messages.slice(0, -1), isGrounded: true },
              ...{ passages: found, numbers: found.map((_, at) => at + 1), begun: '', key: 'k' },
            });
          };
          const tools = {
            build,
            isSurelyWithin: (request: ChatRequest, tokens: number) => sum(count(request)) <= tokens,
            countMessages: (request: ChatRequest) => Promise.resolve(count(request)),
            summarise: (_: TurnHistory, end: number) => {
              ended = end;
              return Promise.resolve('SUMMARY');
            },
          };
          const fitted = await fitPrompt({ history, passages }, size(room), tools).catch((error: unknown) => error);
          if (fitted instanceof PromptTooLong) {
            assert.ok(fitted.tokens > room);
            assert.equal(fitted.parts.passages, 0, 'all that can be left out is');
            return;
          }
          const { request } = fitted as { request: ChatRequest };
          assert.ok(sum(count(request)) <= room);
          const whole = request.messages.map(({ text }) => text).join('\n');
          assert.match(whole, /PINNED/);
          assert.ok(whole.endsWith('NOW'));
          assert.equal(ended === null, !whole.includes('SUMMARY'));
          const kept = [...whole.matchAll(/\b([QA])(\d+) /gu)].map(([, role, at]) => `${role}${at}`);
          const all = turns.flatMap((_, at) => [`Q${at}`, `A${at}`]);
          assert.deepEqual(kept, all.slice(ended ?? 0));
          if (wantsWhole) assert.equal(ended, null, 'who has taken a summary back gets no other');
        },
      ),
      { numRuns: process.env['SEXTANT_CAMPAIGN'] === '1' ? 5_000 : 150 },
    );
  });

  it('goes without a summary that fails where it fits, and says so where it does not', async () => {
    const messages: TurnMessage[] = [
      { id: 'q', role: 'user', text: 'q'.repeat(900) },
      { id: 'a', role: 'assistant', text: 'a'.repeat(900) },
    ];
    const tools = {
      build: ({ history }: PromptParts): Promise<ChatRequest> =>
        Promise.resolve({ system: '', messages: [...history.messages, { role: 'user', text: 'now' }] }),
      isSurelyWithin: () => false,
      countMessages: (request: ChatRequest) => Promise.resolve(count(request)),
      summarise: () => Promise.reject(new Error('The key is wrong.')),
    };
    const all = { history: { ...noHistory, messages }, passages: 0 };
    assert.equal((await fitPrompt(all, size(1_900), tools)).tokens, 1_803);
    await assert.rejects(fitPrompt(all, size(1_700), tools), (error) => {
      return error instanceof PromptTooLong && error.cause instanceof Error;
    });
  });
});
