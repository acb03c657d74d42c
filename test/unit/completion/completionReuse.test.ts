import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CompletionEngine, type CompletionTuning } from '../../../src/completion/completionEngine.ts';
import { type CompletionInput, noContext } from '../../../src/completion/completionInput.ts';
import type { CompletionRequest } from '../../../src/models/completionModel.ts';
import { Answer, ManualClock, settled } from './scriptedModel.ts';

describe('The completion engine, ahead of the typing', () => {
  let clock: ManualClock;
  let answers: Answer[];
  let engine: CompletionEngine;
  let openEngine: (tuning: CompletionTuning) => CompletionEngine;
  let chosen: { provider: string; model: string } | null;

  beforeEach(() => {
    clock = new ManualClock();
    answers = [];
    chosen = { provider: 'ollama', model: 'coder' };
    const source = {
      chosen: () => chosen,
      open: async (ref: { provider: string; model: string }) => ({
        ref,
        complete(request: CompletionRequest, signal: AbortSignal) {
          const answer = new Answer(request, signal);
          answers.push(answer);
          return answer.stream();
        },
      }),
    };
    openEngine = (tuning) => new CompletionEngine(source, clock, noContext, tuning);
    engine = openEngine({ cached: 200, asksAhead: false, wait: 120 });
  });

  afterEach(() => {
    engine.dispose();
  });

  async function ask(
    at: string,
    options: Partial<CompletionInput> & { signal?: AbortSignal } = {},
  ): Promise<string | null> {
    const [prefix = '', suffix = ''] = at.split('|');
    const { signal = new AbortController().signal, ...rest } = options;
    const input: CompletionInput = {
      uri: 'file:///home/user/project/src/a.ts',
      path: 'src/a.ts',
      languageId: 'typescript',
      prefix,
      suffix,
      offset: prefix.length,
      trigger: 'automatic',
      ...rest,
    };
    return (await engine.complete(input, signal))?.text ?? null;
  }

  /** Asks, waits for the debounce, and answers. */
  async function askAndAnswer(at: string, text: string): Promise<string | null> {
    const suggestion = ask(at);
    await clock.pass(200);
    await answers.at(-1)!.say(text);
    await answers.at(-1)!.end();
    return await suggestion;
  }

  describe('asking ahead', () => {
    beforeEach(() => {
      engine.dispose();
      engine = openEngine({ cached: 200, asksAhead: true, wait: 120 });
    });

    it('asks for what follows a suggestion that is being typed, and serves it when it was taken', async () => {
      assert.equal(await askAndAnswer('a = |', 'b;'), 'b;');
      assert.equal(answers.length, 1, 'nobody has taken anything yet');
      assert.equal(await ask('a = b|'), ';');
      await settled();
      assert.deepEqual([answers.length, answers[1]!.request.prefix], [2, 'a = b;']);
      await answers[1]!.say('\nc = d;\n');
      await answers[1]!.end();
      assert.equal(await ask('a = b;|'), '\nc = d;');
      assert.equal(await ask('a = b;\nc|'), ' = d;');
    });

    it('joins the request when the suggestion is taken before its answer', async () => {
      await askAndAnswer('a = |', 'b;');
      await ask('a = b|');
      const behind = ask('a = b;|');
      await answers[1]!.say('\nc;\n');
      await answers[1]!.end();
      assert.equal(await behind, '\nc;');
      assert.equal(answers.length, 2);
    });

    it('calls it off when something else is typed', async () => {
      await askAndAnswer('a = |', 'b;');
      await ask('a = b|');
      await settled();
      void ask('a = bx|');
      await settled();
      assert.equal(answers[1]!.signal.aborted, true);
    });

    it('asks for nothing behind a suggestion with text behind it', async () => {
      await askAndAnswer('call(|);', 'a, b);');
      assert.equal(await ask('call(a|);'), ', b');
      await settled();
      assert.equal(answers.length, 1);
    });
  });

  it('waits as the typing and the answers suggest', async () => {
    engine.dispose();
    engine = openEngine({ cached: 200, asksAhead: false, wait: 'adaptive' });
    const waitsFor = async (at: string): Promise<number> => {
      const suggestion = ask(at);
      const before = answers.length;
      let waitedMs = 0;
      for (; answers.length === before; waitedMs += 10) await clock.pass(10);
      await clock.pass(latencyMs);
      await answers.at(-1)!.say('x');
      await answers.at(-1)!.end();
      await suggestion;
      return waitedMs;
    };
    let latencyMs = 20;
    for (const at of ['a', 'b', 'c', 'd', 'e', 'f']) await waitsFor(`${at}|`);
    const fast = await waitsFor('g|');
    latencyMs = 600;
    for (const at of ['h', 'i', 'j', 'k', 'l', 'm']) await waitsFor(`${at}|`);
    const slow = await waitsFor('n|');
    assert.ok(fast < slow, `${String(fast)} ms for a fast model, ${String(slow)} ms for a slow one`);
  });

  it('property: whatever is typed and answered, a suggestion continues what was asked', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.constantFrom('a', 'b', '(', '\n', '<'), fc.nat({ max: 200 })), { maxLength: 40 }),
        fc.string({ unit: fc.constantFrom('a', 'b', '(', ')', '\n', ' '), maxLength: 30 }),
        async (steps, answer) => {
          engine.dispose();
          answers = [];
          engine = openEngine({ cached: 200, asksAhead: true, wait: 'adaptive' });
          let text = 'x';
          for (const step of steps) {
            if (typeof step === 'number') await clock.pass(step);
            else text = step === '<' ? text.slice(0, -1) || 'x' : text + step;
            const at = text;
            const gone = new AbortController();
            const suggestion = ask(`${at}|`, { signal: gone.signal });
            await settled();
            const live = answers.filter(({ isOver, signal }) => !isOver && !signal.aborted);
            assert.ok(live.length <= 1, 'one request in flight');
            if (step === '\n') {
              await live[0]?.say(answer);
              await live[0]?.end();
            } else gone.abort();
            const found = await Promise.race([suggestion, settled().then(() => undefined)]);
            gone.abort();
            if (typeof found !== 'string') continue;
            assert.notEqual(found.trim(), '');
            const said = answers.map(({ request }) => request.prefix + answer);
            assert.ok(
              said.some((whole) => whole.includes(at.slice(-8) + (found.split('\n')[0] ?? ''))),
              JSON.stringify({ at, found, answer }),
            );
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
