import assert from 'node:assert/strict';
import fc from 'fast-check';
import { useEngine } from './engineFixture.ts';
import { settled } from './scriptedModel.ts';

describe('The completion engine, ahead of the typing', () => {
  const on = useEngine();

  describe('asking ahead', () => {
    beforeEach(() => {
      on.open({ cached: 200, asksAhead: true, wait: 120 });
    });

    it('asks for what follows a suggestion that is being typed, and serves it when it was taken', async () => {
      assert.equal(await on.askAndAnswer('a = |', 'b;'), 'b;');
      assert.equal(on.answers.length, 1, 'nobody has taken anything yet');
      assert.equal(await on.ask('a = b|'), ';');
      await settled();
      assert.deepEqual([on.answers.length, on.answers[1]!.request.prefix], [2, 'a = b;']);
      await on.answers[1]!.say('\nc = d;\n');
      await on.answers[1]!.end();
      assert.equal(await on.ask('a = b;|'), '\nc = d;');
      assert.equal(await on.ask('a = b;\nc|'), ' = d;');
    });

    it('joins the request when the suggestion is taken before its answer', async () => {
      await on.askAndAnswer('a = |', 'b;');
      await on.ask('a = b|');
      const behind = on.ask('a = b;|');
      await on.answers[1]!.say('\nc;\n');
      await on.answers[1]!.end();
      assert.equal(await behind, '\nc;');
      assert.equal(on.answers.length, 2);
    });

    it('calls it off when something else is typed', async () => {
      await on.askAndAnswer('a = |', 'b;');
      await on.ask('a = b|');
      await settled();
      void on.ask('a = bx|');
      await settled();
      assert.equal(on.answers[1]!.signal.aborted, true);
    });

    it('asks for nothing behind a suggestion with text behind it', async () => {
      await on.askAndAnswer('call(|);', 'a, b);');
      assert.equal(await on.ask('call(a|);'), ', b');
      await settled();
      assert.equal(on.answers.length, 1);
    });
  });

  it('waits as the typing and the answers suggest', async () => {
    on.open({ cached: 200, asksAhead: false, wait: 'adaptive' });
    const waitsFor = async (at: string): Promise<number> => {
      const suggestion = on.ask(at);
      const before = on.answers.length;
      let waitedMs = 0;
      for (; on.answers.length === before; waitedMs += 10) await on.clock.pass(10);
      await on.clock.pass(latencyMs);
      await on.answers.at(-1)!.say('x');
      await on.answers.at(-1)!.end();
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
          on.open({ cached: 200, asksAhead: true, wait: 'adaptive' });
          let text = 'x';
          for (const step of steps) {
            if (typeof step === 'number') await on.clock.pass(step);
            else text = step === '<' ? text.slice(0, -1) || 'x' : text + step;
            const at = text;
            const gone = new AbortController();
            const suggestion = on.ask(`${at}|`, { signal: gone.signal });
            await settled();
            const live = on.answers.filter(({ isOver, signal }) => !isOver && !signal.aborted);
            assert.ok(live.length <= 1, 'one request in flight');
            if (step === '\n') {
              await live[0]?.say(answer);
              await live[0]?.end();
            } else gone.abort();
            const found = await Promise.race([suggestion, settled().then(() => undefined)]);
            gone.abort();
            if (typeof found !== 'string') continue;
            assert.notEqual(found.trim(), '');
            const said = on.answers.map(({ request }) => request.prefix + answer);
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
