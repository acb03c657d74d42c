import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import type { Service } from '../../../src/base/service.ts';
import { EmbeddingFeed } from '../../../src/index/embedding/embeddingFeed.ts';
import { createEmbeddingModel } from '../../../src/models/createEmbeddingModel.ts';
import type { EmbeddingModel } from '../../../src/models/embeddingModel.ts';
import type { Endpoint } from '../../../src/models/endpoint.ts';
import type { ContextIndexContract, IndexOverview, SearchHit } from '../../../src/protocol/contextIndex.ts';
import { type ModelServer, startModelServer } from '../../fixtures/modelServer.ts';
import { IndexFixture, moduleText, until } from './indexFixture.ts';

const FILES = 30;

describe('An embedding model of the registry beside the built-in one', function () {
  this.timeout(60_000);
  let fixture: IndexFixture;
  let server: ModelServer;
  let index: Service<ContextIndexContract>;
  const feeds: EmbeddingFeed[] = [];

  const endpoint = (): Endpoint => ({
    displayName: 'The server',
    protocol: 'openai-compatible',
    baseUrl: `${server.address}/v1`,
    apiKey: 'k-123',
    headers: {},
    fetch,
  });
  const feedOn = (service: Service<ContextIndexContract>, model = 'embedder'): EmbeddingFeed => {
    const open = (): Promise<EmbeddingModel> =>
      Promise.resolve(createEmbeddingModel(endpoint(), { provider: 'openai-compatible', model }));
    const feed = new EmbeddingFeed({ index: service, open, firstPauseMs: 50 });
    feeds.push(feed);
    feed.wake();
    return feed;
  };
  const complete = (service = index): Promise<IndexOverview> =>
    until(
      () => service.call('overview', null),
      ({ chosenModel, folders }) => chosenModel !== null && chosenModel.done === folders[0]?.status.chunks,
    );
  const find = async (feed: EmbeddingFeed, query: string, service = index): Promise<SearchHit[]> => {
    const asked = await feed.vectorOf(query, AbortSignal.timeout(30_000));
    return await service.call('search', { query, limit: 3, ...asked });
  };
  const sent = (): string[] =>
    server.requests.flatMap(({ body }) => (body as { readonly input: readonly string[] }).input);

  beforeEach(async () => {
    fixture = new IndexFixture();
    server = await startModelServer({ apiKey: 'k-123' });
    fixture.write(Object.fromEntries(Array.from({ length: FILES }, (_, i) => [`m${i}.ts`, moduleText(`word${i}x`)])));
    fixture.write({
      'bird.ts': 'export function cormorant(): string {\n  const password = "hunter2hunter2";\n  return password;\n}\n',
      '.env': 'KEY=sk-1234567890abcdefgh\n',
    });
    index = await fixture.open();
    await index.call('update', null);
  });

  afterEach(async () => {
    for (const feed of feeds.splice(0)) feed.dispose();
    fixture.dispose();
    await server.close();
  });

  it('finds what only that model understands, as soon as it has a vector', async () => {
    assert.notEqual((await index.call('search', { query: 'κορμοράνος', limit: 3 }))[0]?.path, 'bird.ts');
    const feed = feedOn(index);
    const overview = await complete();
    assert.deepEqual(overview.chosenModel?.dimensions, 60);
    assert.equal((await find(feed, 'κορμοράνος'))[0]?.path, 'bird.ts');
    // A name is found as before: the words have their say.
    assert.equal((await find(feed, 'word7xOf'))[0]?.path, 'm7.ts');
    fixture.write({ 'gull.ts': 'export function albatross(): number {\n  return 1;\n}\n' });
    await index.call('update', null);
    feed.wake();
    await complete();
    assert.equal((await find(feed, 'άλμπατρος'))[0]?.path, 'gull.ts');
  });

  it('finds what is alike by that model, of code that is in the index, and asks it nothing more', async () => {
    fixture.write({ 'x.ts': 'const κορμοράνος = [1, 2, 3];\n', 'y.ts': 'const cormorantish = [1, 2, 3];\n' });
    await index.call('update', null);
    const code = { path: fixture.at('bird.ts'), startLine: 1, endLine: 4, text: 'cormorant', limit: 1 };
    assert.equal((await index.call('similar', code))[0]?.path, 'y.ts');
    feedOn(index);
    await complete();
    const asked = server.requests.length;
    assert.equal((await index.call('similar', code))[0]?.path, 'x.ts');
    assert.equal(server.requests.length, asked);
  });

  it('sends no secret file and nothing that looks like a key, and each text once', async () => {
    feedOn(index);
    await complete();
    const texts = sent();
    assert.ok(texts.some((text) => text.startsWith('bird.ts\n')));
    assert.deepEqual(
      texts.filter((text) => /hunter2|sk-123|\.env/.test(text)),
      [],
    );
    assert.equal(new Set(texts).size, texts.length);
    assert.ok(server.requests.every(({ body }) => (body as { readonly input: readonly string[] }).input.length <= 16));
  });

  it('embeds nothing again after a restart, a rebuild and a move', async () => {
    const feed = feedOn(index);
    await complete();
    feed.dispose();
    await index.call('close', null);
    const asked = server.requests.length;
    const again = await fixture.open();
    rmSync(fixture.at('m3.ts'));
    fixture.write({ 'moved/m3.ts': moduleText('word3x') });
    await again.call('rebuild', null);
    const next = feedOn(again);
    await complete(again);
    assert.equal(server.requests.length, asked);
    assert.equal((await find(next, 'κορμοράνος', again))[0]?.path, 'bird.ts');
  });

  it('keeps searching with the built-in model while the other does not answer, and goes on when it does', async () => {
    const down = { type: 'status', status: 503, message: 'Overloaded.' } as const;
    server.enqueue(down, down, down);
    const feed = feedOn(index);
    await until(
      () => Promise.resolve(feed.problem),
      (problem) => problem !== undefined,
    );
    assert.match(feed.problem ?? '', /The server/);
    assert.equal((await find(feed, 'word7xOf'))[0]?.path, 'm7.ts');
    await complete();
    await until(
      () => Promise.resolve(feed.problem),
      (problem) => problem === undefined,
    );
    assert.equal((await find(feed, 'κορμοράνος'))[0]?.path, 'bird.ts');
  });

  it('searches with what it has when the server is gone for good', async () => {
    const feed = feedOn(index);
    await complete();
    await server.close();
    assert.equal((await find(feed, 'word7xOf'))[0]?.path, 'm7.ts');
    server = await startModelServer();
  });

  it('halves a passage that the model will not take, and does without what stays refused', async () => {
    server.longestText = 700;
    // Each of them takes several requests.
    for (let at = 8; at < FILES; at++) rmSync(fixture.at(`m${at}.ts`));
    // Too short to be halved, and refused, whichever comes first.
    const refused = `export function refused(): string {\n  return '${'x '.repeat(400)}';\n}\n`;
    fixture.write({ '0.ts': refused, 'zzz.ts': refused });
    await index.call('update', null);
    const feed = feedOn(index);
    await complete();
    assert.equal(feed.problem, undefined);
    assert.equal((await find(feed, 'κορμοράνος'))[0]?.path, 'bird.ts');
    assert.equal((await find(feed, 'word7xOf'))[0]?.path, 'm7.ts');
  });

  it('waits where nothing but what is refused is there, and goes on with what is not', async () => {
    server.longestText = 700;
    for (let at = 0; at < FILES; at++) rmSync(fixture.at(`m${at}.ts`));
    rmSync(fixture.at('bird.ts'));
    // Too short to be halved.
    fixture.write({ '0.ts': `export function refused(): string {\n  return '${'x '.repeat(400)}';\n}\n` });
    await index.call('update', null);
    const feed = feedOn(index);
    await until(
      () => Promise.resolve(feed.problem),
      (problem) => problem !== undefined,
    );
    fixture.write({ 'gull.ts': 'export function albatross(): number {\n  return 1;\n}\n' });
    await index.call('update', null);
    await complete();
    assert.equal(feed.problem, undefined);
  });

  it('changes to another model while the index serves, and back without asking again', async () => {
    const first = feedOn(index);
    await complete();
    first.dispose();
    const second = feedOn(index, 'embedder-2');
    await until(
      () => index.call('overview', null),
      ({ chosenModel }) => chosenModel?.id.includes('embedder-2') === true,
    );
    await complete();
    assert.equal((await find(second, 'κορμοράνος'))[0]?.path, 'bird.ts');
    second.dispose();
    const asked = server.requests.length;
    const back = feedOn(index);
    await until(
      () => index.call('overview', null),
      ({ chosenModel }) => chosenModel?.id.includes('embedder-2') === false,
    );
    await complete();
    assert.equal(server.requests.length, asked);
    back.dispose();
    await index.call('useModel', { id: null });
    assert.equal((await index.call('overview', null)).chosenModel, null);
    assert.equal((await index.call('search', { query: 'word7xOf', limit: 1 }))[0]?.path, 'm7.ts');
  });

  it('is read by a second window, which asks for no vectors of passages itself', async () => {
    const feed = feedOn(index);
    await complete();
    feed.dispose();
    const asked = server.requests.length;
    const second = await fixture.open({ autoIndex: true });
    await until(
      () => second.call('status', null),
      ({ phase, filesDone }) => phase === 'ready' && filesDone === FILES + 1,
    );
    const own = feedOn(second);
    await until(
      () => find(own, 'κορμοράνος', second),
      ([hit]) => hit?.path === 'bird.ts',
    );
    assert.deepEqual(sent().slice(-1), ['κορμοράνος'], 'only the question is sent');
    assert.equal(server.requests.length, asked + 1);
  });
});
