import assert from 'node:assert/strict';
import { SextantError } from '../../../src/base/errors.ts';
import { CompletionEngine, type CompletionTuning } from '../../../src/completion/completionEngine.ts';
import type { CompletionEvent } from '../../../src/completion/completionEvents.ts';
import { type CompletionInput, noContext } from '../../../src/completion/completionInput.ts';
import type { CompletionRequest } from '../../../src/models/completionModel.ts';
import { Answer, ManualClock, settled } from './scriptedModel.ts';

describe('The completion engine', () => {
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

  it('suggests what the model says', async () => {
    assert.equal(await askAndAnswer('const a = |', '1;'), '1;');
    assert.deepEqual(answers[0]!.request, {
      path: 'src/a.ts',
      languageId: 'typescript',
      prefix: 'const a = ',
      suffix: '',
      snippets: [],
      maxOutputTokens: 384,
    });
  });

  it('asks for one line where text follows on the line', async () => {
    assert.equal(await askAndAnswer('call(|);', 'a, b);'), 'a, b');
    assert.ok(answers[0]!.request.maxOutputTokens < 100);
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
      if (what.includes('chosen')) chosen = null;
      const suggestion = ask(at, options);
      await clock.pass(1000);
      assert.deepEqual([await suggestion, answers.length], [null, 0]);
    });
  }

  it('asks in the middle of a word when told to', async () => {
    const suggestion = ask('con|st', { trigger: 'explicit' });
    await settled();
    await answers[0]!.say('te');
    await answers[0]!.end();
    assert.equal(await suggestion, 'te');
  });

  it('waits until the typing rests, and asks once, for the last state', async () => {
    const asked: Promise<string | null>[] = [];
    for (const at of ['c|', 'co|', 'con|']) {
      asked.push(ask(at));
      await clock.pass(50);
    }
    assert.equal(answers.length, 0);
    await clock.pass(200);
    assert.deepEqual(
      answers.map(({ request }) => request.prefix),
      ['con'],
    );
    await answers[0]!.say('st');
    await answers[0]!.end();
    assert.deepEqual(await Promise.all(asked), [null, null, 'st']);
  });

  it('serves typing along and deleting back without a request', async () => {
    await askAndAnswer('con|', 'st a = 1;');
    assert.equal(await ask('const |'), 'a = 1;');
    assert.equal(await ask('const a =|'), ' 1;');
    assert.equal(await ask('cons|'), 't a = 1;');
    assert.equal(answers.length, 1);
  });

  it('serves the typed bracket that the editor closed by itself', async () => {
    await askAndAnswer('run|;', '(a, b)');
    assert.equal(await ask('run(|);'), 'a, b');
    assert.equal(answers.length, 1);
  });

  it('remembers that the model had nothing to say, unless asked by hand', async () => {
    assert.equal(await askAndAnswer('a;|', ''), null);
    assert.equal(await ask('a;|'), null);
    assert.equal(answers.length, 1);
    const suggestion = ask('a;|', { trigger: 'explicit' });
    await settled();
    await answers[1]!.say(' // yes');
    await answers[1]!.end();
    assert.equal(await suggestion, ' // yes');
  });

  it('keeps a request that what is typed meanwhile agrees with', async () => {
    const gone = new AbortController();
    const first = ask('con|', { signal: gone.signal });
    await clock.pass(200);
    gone.abort();
    assert.equal(await first, null);
    const second = ask('cons|');
    await answers[0]!.say('st', ' a');
    await answers[0]!.end();
    assert.equal(await second, 't a');
    assert.equal(answers.length, 1);
  });

  it('ends a request as soon as it turns out to say something else, and asks anew', async () => {
    void ask('con|');
    await clock.pass(200);
    const second = ask('cons|');
    await settled();
    await answers[0]!.say('figure');
    assert.equal(answers[0]!.signal.aborted, true);
    await clock.pass(200);
    await answers[1]!.say('t');
    await answers[1]!.end();
    assert.deepEqual([await second, answers[1]!.request.prefix], ['t', 'cons']);
  });

  it('has one request in flight: another place ends the one before', async () => {
    const first = ask('a|');
    await clock.pass(200);
    const second = ask('b|');
    assert.equal(answers[0]!.signal.aborted, true);
    await clock.pass(200);
    await answers[1]!.say('x');
    await answers[1]!.end();
    assert.deepEqual([await first, await second], [null, 'x']);
    assert.equal(answers.filter(({ isOver }) => !isOver).length, 0);
  });

  it('ends a request that nobody has waited for during the grace time', async () => {
    const gone = new AbortController();
    const suggestion = ask('a|', { signal: gone.signal });
    await clock.pass(200);
    gone.abort();
    assert.equal(await suggestion, null);
    assert.equal(answers[0]!.signal.aborted, false);
    await clock.pass(1000);
    assert.deepEqual([answers[0]!.signal.aborted, answers[0]!.isOver], [true, true]);
  });

  it('ends the stream when the line is complete, and forgets nothing of it', async () => {
    const suggestion = ask('const a = |');
    await clock.pass(200);
    await answers[0]!.say('1;\n', 'const b');
    assert.deepEqual([await suggestion, answers[0]!.isOver], ['1;', true]);
    assert.equal(await ask('const a = 1|'), ';');
    assert.equal(answers.length, 1);
  });

  it('suggests with the document’s line ends and serves the rest with them', async () => {
    assert.equal(await askAndAnswer('x;\r\nif (a) {|\r\n', '\n  b();\n}'), '\r\n  b();\r\n}');
    assert.equal(await ask('x;\r\nif (a) {\r\n  |\r\n'), 'b();\r\n}');
  });

  it('hands on a model’s error, and then pauses, longer each time', async () => {
    const requestsAfter = async (durationMs: number): Promise<number> => {
      await clock.pass(durationMs);
      const suggestion = ask(`${'x'.repeat(answers.length + 1)} = |`);
      await clock.pass(200);
      const fresh = answers.filter(({ isOver }) => !isOver);
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
    engine.reset();
    assert.equal(await requestsAfter(0), 1, 'a reset ends the pause');
  });

  it('pauses as long as the provider asks', async () => {
    const first = ask('a|');
    await clock.pass(200);
    const failed = assert.rejects(first);
    await answers[0]!.end(
      new SextantError('model', 'Too many requests.', { data: { kind: 'rate-limit', retryAfterMs: 30_000 } }),
    );
    await failed;
    void ask('b|');
    await clock.pass(20_000);
    void ask('c|');
    await clock.pass(20_000);
    assert.equal(answers.length, 1);
    void ask('d|');
    await clock.pass(200);
    assert.equal(answers.length, 2);
  });

  it('asks the model by hand also during a pause', async () => {
    const first = ask('a|');
    await clock.pass(200);
    const failed = assert.rejects(first);
    await answers[0]!.end(new SextantError('model', 'No.'));
    await failed;
    void ask('b|', { trigger: 'explicit' }).catch(() => undefined);
    await settled();
    assert.equal(answers.length, 2);
  });

  it('serves nothing of another model', async () => {
    await askAndAnswer('a|', 'b');
    chosen = { provider: 'ollama', model: 'other' };
    void ask('a|');
    await clock.pass(200);
    assert.equal(answers.length, 2);
  });

  it('says what it does: asks, has an answer, offers, and offers what is left', async () => {
    const events: CompletionEvent[] = [];
    engine.onDidHappen((event) => events.push(event));
    const suggestion = ask('const a = |');
    await clock.pass(120);
    await clock.pass(30);
    await answers[0]!.say('12');
    await clock.pass(10);
    await answers[0]!.end();
    await suggestion;
    await ask('const a = 1|');
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
    const suggestion = ask('a|');
    await clock.pass(200);
    engine.dispose();
    assert.deepEqual([await suggestion, answers[0]!.signal.aborted], [null, true]);
  });
});
