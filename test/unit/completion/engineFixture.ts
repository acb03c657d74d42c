import { CompletionEngine, type CompletionTuning } from '../../../src/completion/completionEngine.ts';
import { type CompletionInput, noContext } from '../../../src/completion/completionInput.ts';
import type { CompletionRequest } from '../../../src/models/completionModel.ts';
import { Answer, ManualClock } from './scriptedModel.ts';

/** An engine whose time and model do what the test says, new for each test. */
export interface EngineFixture {
  readonly clock: ManualClock;
  readonly engine: CompletionEngine;
  /** What the model was asked, oldest first. */
  readonly answers: Answer[];
  chosen: { provider: string; model: string } | null;
  /** Another engine instead, which has asked nothing yet. */
  open(tuning: CompletionTuning): void;
  /** Asks where `|` stands. */
  ask(at: string, options?: Partial<CompletionInput> & { signal?: AbortSignal }): Promise<string | null>;
  /** Asks, waits for the debounce, and answers. */
  askAndAnswer(at: string, text: string): Promise<string | null>;
}

/** Gives each test of the suite that calls it an engine of its own, without asking ahead. */
export function useEngine(): EngineFixture {
  let clock = new ManualClock();
  let engine: CompletionEngine;
  let answers: Answer[] = [];
  const source = {
    chosen: () => fixture.chosen,
    open: async (ref: { provider: string; model: string }) => ({
      ref,
      complete(request: CompletionRequest, signal: AbortSignal) {
        const answer = new Answer(request, signal);
        answers.push(answer);
        return answer.stream();
      },
    }),
  };
  const fixture: EngineFixture = {
    get clock() {
      return clock;
    },
    get engine() {
      return engine;
    },
    get answers() {
      return answers;
    },
    chosen: null,
    open(tuning) {
      engine.dispose();
      answers = [];
      engine = new CompletionEngine(source, clock, noContext, tuning);
    },
    async ask(at, { signal = new AbortController().signal, ...rest } = {}) {
      const [prefix = '', suffix = ''] = at.split('|');
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
    },
    async askAndAnswer(at, text) {
      const suggestion = fixture.ask(at);
      await clock.pass(200);
      await answers.at(-1)!.say(text);
      await answers.at(-1)!.end();
      return await suggestion;
    },
  };

  beforeEach(() => {
    clock = new ManualClock();
    answers = [];
    fixture.chosen = { provider: 'ollama', model: 'coder' };
    engine = new CompletionEngine(source, clock, noContext, { cached: 200, asksAhead: false, wait: 120 });
  });
  afterEach(() => {
    engine.dispose();
  });
  return fixture;
}
