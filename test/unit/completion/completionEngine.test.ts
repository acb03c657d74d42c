import assert from 'node:assert/strict';
import { SextantError } from '../../../src/base/errors.ts';
import type { CompletionEvent } from '../../../src/completion/completionEvents.ts';
import { useEngine } from './engineFixture.ts';
import { settled } from './scriptedModel.ts';

describe('The completion engine', () => {
  const on = useEngine();

  it('suggests what the model says', async () => {
    assert.equal(await on.askAndAnswer('const a = |', '1;'), '1;');
    assert.deepEqual(on.answers[0]!.request, {
      path: 'src/a.ts',
      languageId: 'typescript',
      prefix: 'const a = ',
      suffix: '',
      snippets: [],
      maxOutputTokens: 384,
    });
  });

  it('asks for one line where text follows on the line', async () => {
    assert.equal(await on.askAndAnswer('call(|);', 'a, b);'), 'a, b');
    assert.ok(on.answers[0]!.request.maxOutputTokens < 100);
  });

  for (const { what, at, options } of [
    { what: 'when no model is chosen', at: 'a|', options: {} },
    { what: 'in a file that holds secrets', at: 'KEY=|', options: { uri: 'file:///home/user/project/.env' } },
    {
      what: 'in a secret file when asked for by hand either',
      at: 'KEY=|',
      options: { path: 'server.pem', trigger: 'explicit' },
    },
    { what: 'in the middle of a word', at: 'con|st', options: {} },
    { what: 'in an empty document', at: ' |\n', options: {} },
  ] as const) {
    it(`asks nothing ${what}`, async () => {
      if (what.includes('chosen')) on.chosen = null;
      const suggestion = on.ask(at, options);
      await on.clock.pass(1000);
      assert.deepEqual([await suggestion, on.answers.length], [null, 0]);
    });
  }

  it('asks in the middle of a word when told to', async () => {
    const suggestion = on.ask('con|st', { trigger: 'explicit' });
    await settled();
    await on.answers[0]!.say('te');
    await on.answers[0]!.end();
    assert.equal(await suggestion, 'te');
  });

  it('waits until the typing rests, and asks once, for the last state', async () => {
    const asked: Promise<string | null>[] = [];
    for (const at of ['c|', 'co|', 'con|']) {
      asked.push(on.ask(at));
      await on.clock.pass(50);
    }
    assert.equal(on.answers.length, 0);
    await on.clock.pass(200);
    assert.deepEqual(
      on.answers.map(({ request }) => request.prefix),
      ['con'],
    );
    await on.answers[0]!.say('st');
    await on.answers[0]!.end();
    assert.deepEqual(await Promise.all(asked), [null, null, 'st']);
  });

  it('serves typing along and deleting back without a request', async () => {
    await on.askAndAnswer('con|', 'st a = 1;');
    assert.equal(await on.ask('const |'), 'a = 1;');
    assert.equal(await on.ask('const a =|'), ' 1;');
    assert.equal(await on.ask('cons|'), 't a = 1;');
    assert.equal(on.answers.length, 1);
  });

  it('serves the typed bracket that the editor closed by itself', async () => {
    await on.askAndAnswer('run|;', '(a, b)');
    assert.equal(await on.ask('run(|);'), 'a, b');
    assert.equal(on.answers.length, 1);
  });

  it('remembers that the model had nothing to say, unless asked by hand', async () => {
    assert.equal(await on.askAndAnswer('a;|', ''), null);
    assert.equal(await on.ask('a;|'), null);
    assert.equal(on.answers.length, 1);
    const suggestion = on.ask('a;|', { trigger: 'explicit' });
    await settled();
    await on.answers[1]!.say(' // yes');
    await on.answers[1]!.end();
    assert.equal(await suggestion, ' // yes');
  });

  it('keeps a request that what is typed meanwhile agrees with', async () => {
    const gone = new AbortController();
    const first = on.ask('con|', { signal: gone.signal });
    await on.clock.pass(200);
    gone.abort();
    assert.equal(await first, null);
    const second = on.ask('cons|');
    await on.answers[0]!.say('st', ' a');
    await on.answers[0]!.end();
    assert.equal(await second, 't a');
    assert.equal(on.answers.length, 1);
  });

  it('ends a request as soon as it turns out to say something else, and asks anew', async () => {
    void on.ask('con|');
    await on.clock.pass(200);
    const second = on.ask('cons|');
    await settled();
    await on.answers[0]!.say('figure');
    assert.equal(on.answers[0]!.signal.aborted, true);
    await on.clock.pass(200);
    await on.answers[1]!.say('t');
    await on.answers[1]!.end();
    assert.deepEqual([await second, on.answers[1]!.request.prefix], ['t', 'cons']);
  });

  it('has one request in flight: another place ends the one before', async () => {
    const first = on.ask('a|');
    await on.clock.pass(200);
    const second = on.ask('b|');
    assert.equal(on.answers[0]!.signal.aborted, true);
    await on.clock.pass(200);
    await on.answers[1]!.say('x');
    await on.answers[1]!.end();
    assert.deepEqual([await first, await second], [null, 'x']);
    assert.equal(on.answers.filter(({ isOver }) => !isOver).length, 0);
  });

  it('ends a request that nobody has waited for during the grace time', async () => {
    const gone = new AbortController();
    const suggestion = on.ask('a|', { signal: gone.signal });
    await on.clock.pass(200);
    gone.abort();
    assert.equal(await suggestion, null);
    assert.equal(on.answers[0]!.signal.aborted, false);
    await on.clock.pass(1000);
    assert.deepEqual([on.answers[0]!.signal.aborted, on.answers[0]!.isOver], [true, true]);
  });

  it('ends the stream when the line is complete, and forgets nothing of it', async () => {
    const suggestion = on.ask('const a = |');
    await on.clock.pass(200);
    await on.answers[0]!.say('1;\n', 'const b');
    assert.deepEqual([await suggestion, on.answers[0]!.isOver], ['1;', true]);
    assert.equal(await on.ask('const a = 1|'), ';');
    assert.equal(on.answers.length, 1);
  });

  it('suggests with the document’s line ends and serves the rest with them', async () => {
    assert.equal(await on.askAndAnswer('x;\r\nif (a) {|\r\n', '\n  b();\n}'), '\r\n  b();\r\n}');
    assert.equal(await on.ask('x;\r\nif (a) {\r\n  |\r\n'), 'b();\r\n}');
  });

  it('hands on a model’s error, and then pauses, longer each time', async () => {
    const requestsAfter = async (durationMs: number): Promise<number> => {
      await on.clock.pass(durationMs);
      const suggestion = on.ask(`${'x'.repeat(on.answers.length + 1)} = |`);
      await on.clock.pass(200);
      const fresh = on.answers.filter(({ isOver }) => !isOver);
      for (const answer of fresh) {
        const failed = assert.rejects(suggestion, { message: 'Ollama is not running.' });
        await answer.end(new SextantError('model', 'Ollama is not running.'));
        await failed;
      }
      return fresh.length;
    };
    assert.deepEqual(
      [
        await requestsAfter(0),
        await requestsAfter(500),
        await requestsAfter(2000),
        await requestsAfter(2000),
        await requestsAfter(4000),
      ],
      [1, 0, 1, 0, 1],
    );
    on.engine.reset();
    assert.equal(await requestsAfter(0), 1, 'a reset ends the pause');
  });

  it('pauses as long as the provider asks', async () => {
    const first = on.ask('a|');
    await on.clock.pass(200);
    const failed = assert.rejects(first);
    await on.answers[0]!.end(
      new SextantError('model', 'Too many requests.', { data: { kind: 'rate-limit', retryAfterMs: 30_000 } }),
    );
    await failed;
    void on.ask('b|');
    await on.clock.pass(20_000);
    void on.ask('c|');
    await on.clock.pass(20_000);
    assert.equal(on.answers.length, 1);
    void on.ask('d|');
    await on.clock.pass(200);
    assert.equal(on.answers.length, 2);
  });

  it('asks the model by hand also during a pause', async () => {
    const first = on.ask('a|');
    await on.clock.pass(200);
    const failed = assert.rejects(first);
    await on.answers[0]!.end(new SextantError('model', 'No.'));
    await failed;
    void on.ask('b|', { trigger: 'explicit' }).catch(() => undefined);
    await settled();
    assert.equal(on.answers.length, 2);
  });

  it('serves nothing of another model', async () => {
    await on.askAndAnswer('a|', 'b');
    on.chosen = { provider: 'ollama', model: 'other' };
    void on.ask('a|');
    await on.clock.pass(200);
    assert.equal(on.answers.length, 2);
  });

  it('says what it does: asks, has an answer, offers, and offers what is left', async () => {
    const events: CompletionEvent[] = [];
    on.engine.onDidHappen((event) => events.push(event));
    const suggestion = on.ask('const a = |');
    await on.clock.pass(120);
    await on.clock.pass(30);
    await on.answers[0]!.say('12');
    await on.clock.pass(10);
    await on.answers[0]!.end();
    await suggestion;
    await on.ask('const a = 1|');
    assert.deepEqual(
      events.map((event) => {
        switch (event.type) {
          case 'requested':
            return ['requested', event.suggestionId, event.request.prefix];
          case 'answered':
            return [event.outcome, event.suggestionId, event.stages];
          case 'offered':
            return [event.from, event.suggestion.id, event.suggestion.text];
        }
      }),
      [
        ['requested', 1, 'const a = '],
        ['complete', 1, { engineMs: 0, firstTextMs: 30, totalMs: 40 }],
        ['request', 1, '12'],
        ['cache', 1, '2'],
      ],
    );
  });

  it('ends its request when it is disposed of', async () => {
    const suggestion = on.ask('a|');
    await on.clock.pass(200);
    on.engine.dispose();
    assert.deepEqual([await suggestion, on.answers[0]!.signal.aborted], [null, true]);
  });
});
