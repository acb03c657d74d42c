import assert from 'node:assert/strict';
import { childrenOf } from './childrenOf.ts';
import { HistoryFixture, type HistoryWindow, find, say } from './historyFixture.ts';
import { until } from './indexFixture.ts';

/** Answers with code: for the built-in table what tries again is nearest, for the deep model what has failed requests. */
const answers = {
  backOff:
    'async function backOff(run, most) {\n  for (let attempt = 0; ; attempt++) {\n    try {\n      return await run();\n' +
    '    } catch (error) {\n      if (attempt >= most) throw error;\n      await delay(2 ** attempt * 100);\n    }\n  }\n}',
  failures: 'function failedRequests(log) {\n  return log.filter((request) => request.status >= 500);\n}',
  debounce:
    'function debounce(run, ms) {\n  let timer;\n  return () => {\n    clearTimeout(timer);\n' +
    '    timer = setTimeout(run, ms);\n  };\n}',
};
const question = 'try a failed request again, and wait longer each time';

describe('The search of the history with the deep model', function () {
  this.timeout(120_000);
  let fixture: HistoryFixture;
  let window: HistoryWindow;
  const ids = new Map<string, string>();

  beforeEach(async () => {
    fixture = new HistoryFixture();
    window = fixture.open();
    for (const [name, answer] of Object.entries(answers)) {
      ids.set((await say(window, name, 'Write it.', answer)).answer, name);
    }
    await until(
      () => find(window, 'debounce'),
      ({ status }) => status.messages === 2 * Object.keys(answers).length,
    );
  });

  afterEach(() => {
    fixture.dispose();
  });

  const allow = (isAllowed: boolean): Promise<void> => window.index.call('allowDeepModel', { isAllowed });
  const processes = (): number => childrenOf(window.children.at(-1)?.pid ?? 0).length;
  const ask = async (isDeep: boolean) => {
    const { hits, ...rest } = await find(window, question, {}, isDeep);
    return { ...rest, names: hits.map(({ messageId }) => ids.get(messageId) ?? 'other') };
  };

  it('answers at once, and again in a better order once it has read what was found', async () => {
    await allow(true);
    const first = await ask(false);
    assert.equal(first.canDeepen, true);
    assert.equal(processes(), 0, 'nobody waits for the deep model');
    const second = await ask(true);
    assert.deepEqual([...first.names].sort(), ['backOff', 'failures']);
    assert.equal(first.names[0], 'backOff');
    assert.deepEqual([...second.names].sort(), [...first.names].sort());
    assert.equal(second.names[0], 'failures');
    assert.deepEqual([second.canDeepen, processes()], [false, 1]);
    assert.deepEqual((await ask(true)).names, second.names);
  });

  it('asks no process where the deep model is off', async () => {
    const first = await ask(false);
    assert.equal(first.canDeepen, false);
    assert.deepEqual(await ask(true), first);
    assert.equal(processes(), 0);
  });

  it('keeps its order when the deep model is killed, switched off or not wanted any more', async () => {
    await allow(true);
    const { names } = await ask(false);
    await window.index.call('limitCpu', { percent: 1 });
    const slow = ask(true);
    await until(
      () => Promise.resolve(processes()),
      (count) => count === 1,
    );
    for (const child of childrenOf(window.children.at(-1)?.pid ?? 0)) process.kill(child, 'SIGKILL');
    assert.deepEqual((await slow).names, names);
    const stopped = ask(true);
    await until(
      () => Promise.resolve(processes()),
      (count) => count === 1,
    );
    await allow(false);
    assert.deepEqual((await stopped).names, names);
    await allow(true);
    const left = assert.rejects(ask(true), { code: 'aborted' });
    await until(
      () => Promise.resolve(processes()),
      (count) => count === 1,
    );
    await ask(false);
    await left;
  });
});
