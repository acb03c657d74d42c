import assert from 'node:assert/strict';
import { errorCode } from '../../../src/base/errors.ts';
import { uuidV7 } from '../../../src/base/identifiers.ts';
import type { SentContext } from '../../../src/protocol/sentContext.ts';
import type { Message, QuestionContext } from '../../../src/protocol/store.ts';
import type { ModelServer } from '../../fixtures/modelServer.ts';
import { ChatFixture } from './chatFixture.ts';
import type { TestWindow } from './testWindow.ts';

const LONG = 'The buoys of the northern harbour answer once a minute. ';
const SUMMARY = 'The user asked about buoys; the answer was once a minute.';

describe('a chat that becomes longer than its model takes', () => {
  let fixture: ChatFixture;
  let server: ModelServer;
  let window: TestWindow;

  beforeEach(async () => {
    fixture = await ChatFixture.start();
    ({ server } = fixture);
    // A model whose tokens are counted and not estimated.
    fixture.contextWindows.set('gpt-oss', 3_200);
    window = fixture.openWindow('gpt-oss');
  });

  afterEach(() => fixture.stop());

  /** Turns of about 740 tokens, of which two fit. */
  const fill = async (turns: number): Promise<void> => {
    for (let turn = 1; turn <= turns; turn++) {
      server.enqueue({ type: 'answer', text: `Answer ${turn}. ${LONG.repeat(50)}`, chunkSize: 500 });
      await window.ask(`Question ${turn}?`);
    }
  };
  /** Two turns are more than is summarised at once. */
  const enqueueSummary = (): void => {
    server.enqueue(
      { type: 'answer', text: 'The beginning.' },
      { type: 'answer', text: `<think>Well.</think>${SUMMARY}` },
    );
  };
  const bodies = (): string[] => server.generations.map(({ body }) => JSON.stringify(body));
  const noted = async (): Promise<Message | undefined> =>
    (await window.messages()).find(({ summary }) => summary !== undefined);

  it('has its beginning summarised before the limit; the messages stay, and pinned things go along', async () => {
    await fill(3);
    assert.equal(await noted(), undefined, 'it fits');
    enqueueSummary();
    await window.session.send({ ...question('And the fourth?'), context: await attached('pinned.ts', 'PINNED', true) });
    await window.ended();
    const [first = '', second = '', last = ''] = bodies().slice(-3);
    assert.match(first, /Question 1\?/);
    assert.match(second, /The beginning\.[^]*Question 2\?/);
    assert.match(last, new RegExp(SUMMARY));
    assert.match(last, /And the fourth\?/);
    assert.match(last, /PINNED/);
    assert.doesNotMatch(last, /Question 1\?/, 'the summary goes in its place');
    const note = await noted();
    assert.equal(note?.role, 'assistant');
    assert.deepEqual(note.summary, { text: SUMMARY, turns: 2, unreadTurns: 0, isUsed: true, isEdited: false });
    const messages = await window.messages();
    assert.equal(messages.length, 8);
    assert.match(messages[1]?.content ?? '', /Answer 1/, 'nothing is lost');
    await window.ask('And after it?');
    assert.match(bodies().at(-1) ?? '', new RegExp(SUMMARY), 'once is enough');
    assert.equal(bodies().filter((body) => body.includes('Summarise the conversation')).length, 2);
  });

  it('is summarised when that is asked for, and the note can be changed, taken back and used again', async () => {
    await fill(2);
    server.enqueue({ type: 'answer', text: SUMMARY });
    await fixture.shownWindow(window).compact();
    const note = await noted();
    assert.equal(note?.summary?.turns, 1);
    const { changeSummary, useSummary } = fixture.shownWindow(window).handlers();
    const messageId = note.id;
    await changeSummary({ messageId, text: ' Buoys. ' }, never);
    await window.ask('What now?');
    assert.match(bodies().at(-1) ?? '', /<summary>\\nBuoys\.\\n<\/summary>/);
    assert.deepEqual((await noted())?.summary?.isEdited, true);
    await useSummary({ messageId, isUsed: false }, never);
    await window.ask('And now?');
    assert.doesNotMatch(bodies().at(-1) ?? '', /<summary>\\n/);
    assert.match(bodies().at(-1) ?? '', /Question 1\?/);
    await useSummary({ messageId, isUsed: true }, never);
    await window.ask('And again?');
    assert.match(bodies().at(-1) ?? '', /Buoys\./);
    const isRefused = (error: unknown): boolean => errorCode(error) === 'invalid';
    await assert.rejects(async () => changeSummary({ messageId, text: '  ' }, never), isRefused);
  });

  it('belongs to its branch: another one from before it goes along whole', async () => {
    await fill(2);
    server.enqueue({ type: 'answer', text: SUMMARY });
    await fixture.shownWindow(window).compact();
    const [first] = await window.messages();
    const done = window.ended();
    await window.session.editMessage({ ...question('In other words?'), messageId: first?.id ?? '' });
    await done;
    assert.doesNotMatch(bodies().at(-1) ?? '', new RegExp(SUMMARY));
    assert.equal(await noted(), undefined);
  });

  it('says plainly when the summary fails, keeps all, and summarises when it is tried again', async () => {
    await fill(3);
    server.enqueue({ type: 'status', status: 401, message: 'Incorrect API key provided.' });
    await window.ask(`And the fourth? ${LONG.repeat(14)}`);
    const failed = (await window.messages()).at(-1);
    assert.equal(failed?.status, 'failed');
    assert.match(failed.error?.message ?? '', /could not be summarised, so nothing was sent\. Nothing is lost\. .*key/);
    assert.deepEqual(failed.error?.actions, ['set-key', 'compact', 'pick-model']);
    assert.equal(await noted(), undefined);
    enqueueSummary();
    server.enqueue({ type: 'answer', text: 'The fourth.' });
    const done = window.ended();
    await fixture.shownWindow(window).handlers().refit({ messageId: failed.id, how: 'compact' }, never);
    await done;
    assert.equal((await window.messages()).at(-1)?.content, 'The fourth.');
    assert.ok((await noted()) !== undefined);
  });

  it('keeps nothing of a summary that is stopped', async () => {
    await fill(3);
    server.enqueue({ type: 'stall', text: 'The user asked' });
    const before = server.generations.length;
    const done = window.ask('And the fourth?');
    await window.waitUntil(() => Promise.resolve(server.generations.length > before));
    await window.session.stop();
    await done;
    assert.equal((await window.messages()).at(-1)?.status, 'stopped');
    assert.equal(await noted(), undefined);
  });

  it('is cut off with its window, and the next one summarises anew when it is asked again', async () => {
    await fill(3);
    server.enqueue({ type: 'answer', text: 'The beginning.' }, { type: 'stall', text: 'The user asked' });
    const before = server.generations.length;
    void window.ask('And the fourth?');
    await window.waitUntil(() => Promise.resolve(server.generations.length === before + 2));
    await window.chats.answers.releaseLeases();
    const next = fixture.openWindow('gpt-oss');
    await next.session.open((await next.list())[0]?.id ?? '');
    const cut = (await next.messages()).at(-1);
    assert.deepEqual([cut?.status, cut?.content], ['interrupted', '']);
    assert.ok(
      (await next.messages()).every(({ summary }) => summary === undefined),
      'a half summary is none',
    );
    enqueueSummary();
    server.enqueue({ type: 'answer', text: 'The fourth.' });
    const done = next.ended();
    await next.session.regenerate(cut?.id ?? '');
    await done;
    const messages = await next.messages();
    assert.equal(messages.at(-1)?.content, 'The fourth.');
    assert.deepEqual(
      messages.flatMap(({ summary }) => summary?.text ?? []),
      [SUMMARY],
    );
    await window.session.stop();
    assert.deepEqual(await window.messages(), messages, 'what was given up changes nothing');
  });

  it('stops hard where what is attached is too much alone, and goes on without it or with a part', async () => {
    const context = await attached('big.log', `${LONG.repeat(500)}\n`, false);
    await window.session.send({ ...question('What is in it?'), context });
    await window.ended();
    const failed = (await window.messages()).at(-1);
    assert.equal(server.generations.length, 0, 'nothing was sent');
    assert.match(failed?.error?.message ?? '', /too much for “gpt-oss”.*The largest is big\.log/);
    assert.deepEqual(failed?.error?.actions, ['leave-out', 'send-part', 'pick-model']);
    const { refit } = fixture.shownWindow(window).handlers();
    let done = window.ended();
    await refit({ messageId: failed.id, how: 'send-part' }, never);
    await done;
    const [asked, answer] = await window.messages();
    assert.equal(answer?.status, 'complete');
    assert.match(asked?.sent?.[0]?.detail ?? '', /first 1 of 2 lines/);
    assert.match(bodies().at(-1) ?? '', /northern harbour/);
    done = window.ended();
    await refit({ messageId: answer.id, how: 'leave-out' }, never);
    await done;
    assert.equal((await window.messages())[0]?.sent, undefined);
    assert.doesNotMatch(bodies().at(-1) ?? '', /northern harbour/);
  });

  it('learns from a provider that refuses a prompt, and offers the same ways out', async () => {
    window = fixture.openWindow('small');
    await fill(3);
    server.enqueue({
      type: 'status',
      status: 400,
      message: "This model's maximum context length is 3000 tokens. However, your messages resulted in 3900 tokens.",
    });
    await window.ask('And the fourth?');
    const refused = (await window.messages()).at(-1);
    assert.match(refused?.error?.message ?? '', /longer than “small”/);
    assert.deepEqual(refused?.error?.actions, ['compact', 'pick-model']);
    enqueueSummary();
    await window.ask('And the fifth?');
    assert.match(bodies().at(-1) ?? '', new RegExp(SUMMARY), 'the limit is known by now');
  });

  it('has its estimate corrected by what the provider reports, and remembers that in the next window', async () => {
    window = fixture.openWindow('small');
    await fill(2);
    const value = () => window.store.call('settings.get', { key: 'chat.modelMeasures' });
    await window.waitUntil(async () => (await value()) !== null && (await value()) !== undefined);
    const ratio = (await value()) as Record<string, { ratio: number }>;
    // Both count four characters a token; without a report it would be a fifth more.
    const learned = ratio['openai-compatible/small']?.ratio ?? 0;
    assert.ok(learned > 0.9 && learned < 1.05, String(learned));
  });

  it('sends the same beginning with every question, byte for byte', async () => {
    fixture.contextWindows.set('gpt-oss', 100_000);
    const context = await attached('a.ts', 'const a = 1;', false);
    await window.session.send({ ...question('What is a?'), context });
    await window.ended();
    const newer = await attached('a.ts', 'const a = 2;', false);
    await window.session.send({ ...question('And now?'), context: newer });
    await window.ended();
    await window.ask('And b?');
    const prompts = server.generations.map(({ body }) => (body as { messages: unknown[] }).messages);
    for (const [at, prompt] of prompts.entries()) {
      const next = prompts[at + 1];
      if (next !== undefined) assert.deepEqual(next.slice(0, prompt.length), prompt);
    }
    assert.equal(prompts.length, 3);
  });

  const never = new AbortController().signal;
  const question = (text: string) => ({ clientMessageId: uuidV7(Date.now()), text });
  const attached = async (label: string, text: string, isPinned: boolean): Promise<QuestionContext> => {
    const bytes = new TextEncoder().encode(text);
    const mimeType = 'text/plain';
    const { sha256 } = await window.store.call('files.put', { bytes, mimeType });
    const tokens = Math.ceil(text.length / 4);
    const item: SentContext = {
      ...{ source: 'file', value: label, label, detail: '', icon: 'file', place: null },
      ...{ sha256, mimeType, tokens, isPinned },
    };
    return { sent: [item], attachments: [{ sha256, mimeType, name: label }] };
  };
});
