import assert from 'node:assert/strict';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Reranker } from '../../../src/index/search/reranker.ts';
import type { Endpoint } from '../../../src/models/endpoint.ts';
import { createRerankModel } from '../../../src/models/rerankModel.ts';
import type { SearchHit } from '../../../src/protocol/contextIndex.ts';

describe('A reranking model', () => {
  let server: Server;
  let asked: { address: string; key: string; body: unknown }[];
  /** What is answered, by the documents; undefined for never. */
  let answer: (documents: readonly string[]) => { status: number; body: unknown } | undefined;
  const { signal } = new AbortController();

  before(async () => {
    server = createServer((request, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => {
        const body = JSON.parse(Buffer.concat(pieces).toString('utf8')) as { documents: string[] };
        asked.push({ address: request.url ?? '', key: request.headers.authorization ?? '', body });
        const answered = answer(body.documents);
        if (answered === undefined) return;
        response.writeHead(answered.status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(answered.body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  after(() => {
    server.closeAllConnections();
    server.close();
  });

  beforeEach(() => {
    asked = [];
    answer = byLength;
  });

  /** The longest first, and out of order as the format allows. */
  const byLength = (documents: readonly string[]): { status: number; body: unknown } => ({
    status: 200,
    body: { results: documents.map(({ length }, index) => ({ index, relevance_score: length / 100 })).reverse() },
  });
  const endpoint = (): Endpoint => ({
    displayName: 'The server',
    protocol: 'openai-compatible',
    baseUrl: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/v1`,
    apiKey: 'k-123',
    headers: {},
    fetch,
  });
  const hit = (path: string, text: string, score: number): SearchHit => ({
    ...{ folder: '/w', path, startLine: 1, endLine: 1, symbol: '', kind: 'text', language: 'plaintext' },
    ...{ score, text },
  });
  const hits = [hit('a.ts', 'short', 3), hit('b.ts', 'the longest of them', 2), hit('c.ts', 'in between', 1)];
  const paths = (found: readonly SearchHit[]): string[] => found.map(({ path }) => path);

  const warnings: string[] = [];
  const reranker = (patienceMs = 30_000): Reranker =>
    new Reranker({
      open: () => Promise.resolve(createRerankModel(endpoint(), 'm')),
      log: { warn: (message) => warnings.push(message) },
      patienceMs,
    });

  it('is asked in the wire of Cohere, Jina, vLLM and llama.cpp', async () => {
    const scores = await createRerankModel(endpoint(), 'jina').rerank('why', ['a', 'bbb', 'cc'], signal);
    assert.deepEqual(scores, [0.01, 0.03, 0.02]);
    const body = { model: 'jina', query: 'why', documents: ['a', 'bbb', 'cc'], top_n: 3 };
    assert.deepEqual(asked, [{ address: '/v1/rerank', key: 'Bearer k-123', body }]);
  });

  it('puts the best in its order, and the scores stay those of the places', async () => {
    const found = await reranker().reorder('which of them is it', hits, signal);
    assert.deepEqual(paths(found), ['b.ts', 'c.ts', 'a.ts']);
    assert.deepEqual(
      found.map(({ score }) => score),
      [3, 2, 1],
    );
  });

  it('sees thirty passages, and no key in them', async () => {
    const key = `sk-${'a1B2'.repeat(12)}`;
    const many = Array.from({ length: 40 }, (_, at) => hit(`${at}.ts`, at === 2 ? key : 'x'.repeat(at), 40 - at));
    const found = await reranker().reorder('which of them is it', many, signal);
    assert.equal(found.length, 40);
    assert.deepEqual(paths(found).slice(30), paths(many).slice(30));
    const [{ body } = { body: undefined }] = asked;
    assert.equal((body as { documents: string[] }).documents.length, 30);
    assert.ok(!JSON.stringify(body).includes(key));
  });

  const failures: Readonly<Record<string, typeof answer>> = {
    'an error': () => ({ status: 500, body: { error: 'no' } }),
    'another document': () => ({ status: 200, body: { data: [] } }),
    'a place that is not there': () => ({ status: 200, body: { results: [{ index: 99, relevance_score: 1 }] } }),
    'no number': () => ({ status: 200, body: { results: [{ index: 0, relevance_score: 'high' }] } }),
    nothing: () => undefined,
  };
  for (const [what, broken] of Object.entries(failures)) {
    it(`leaves the order as it is where it answers ${what}, and rests`, async () => {
      answer = broken;
      warnings.length = 0;
      const one = reranker(what === 'nothing' ? 50 : undefined);
      assert.deepEqual(await one.reorder('which of them is it', hits, signal), hits);
      assert.equal(warnings.length, 1);
      assert.doesNotMatch(warnings[0] ?? '', /longest|k-123/);
      answer = byLength;
      assert.deepEqual(await one.reorder('which of them is it', hits, signal), hits);
      assert.equal(asked.length, 1);
    });
  }

  it('is not asked for what names its answer, or where there is no choice', async () => {
    for (const question of [
      'CompletionEngine.complete',
      'at f (src/a.ts:3:1)',
      'who says "exactly this"',
      'open a.ts',
    ]) {
      assert.deepEqual(await reranker().reorder(question, hits, signal), hits);
    }
    assert.deepEqual(await reranker().reorder('which of them is it', hits.slice(0, 1), signal), hits.slice(0, 1));
    assert.deepEqual(asked, []);
  });

  it('is given up when the search is', async () => {
    const ended = new AbortController();
    answer = () => {
      ended.abort();
      return undefined;
    };
    warnings.length = 0;
    await assert.rejects(reranker().reorder('which of them is it', hits, ended.signal));
    assert.deepEqual(warnings, []);
  });
});
