import assert from 'node:assert/strict';
import { utimesSync } from 'node:fs';
import type { SearchHit } from '../../../src/protocol/contextIndex.ts';
import { IndexFixture, until } from './indexFixture.ts';

describe('A search of the index', function () {
  this.timeout(30_000);
  let fixture: IndexFixture;

  beforeEach(() => {
    fixture = new IndexFixture();
  });

  afterEach(() => {
    fixture.dispose();
  });

  const places = (hits: readonly SearchHit[]): string[] => hits.map(({ path, symbol }) => `${path} ${symbol}`);

  const retry = (name: string): string =>
    [
      `export async function ${name}(send: () => Promise<Response>): Promise<Response> {`,
      '  for (let attempt = 0; ; attempt++) {',
      '    const response = await send();',
      '    if (response.ok || attempt === 5) return response;',
      '    await sleep(2 ** attempt * 100);',
      '  }',
      '}',
    ].join('\n');
  const unlike = 'export function areaOf(radius: number): number {\n  return Math.PI * radius * radius;\n}\n';

  it('keeps to the paths, languages and kinds that are asked for', async () => {
    fixture.write({
      'src/retry.ts': `${retry('retryRequest')}\n`,
      'src/retry.py': 'def retry_request(send):\n    """Sends a request again."""\n    return send()\n',
      'docs/retry.md': `# Retry\n\n${'A request is sent again when it fails. '.repeat(5)}\n`,
    });
    const index = await fixture.open();
    await index.call('update', null);
    const search = async (filter: object) =>
      (await index.call('search', { query: 'retry a request', limit: 9, filter })).map(({ path }) => path).sort();
    assert.deepEqual(await search({}), ['docs/retry.md', 'src/retry.py', 'src/retry.ts']);
    assert.deepEqual(await search({ paths: ['src/**', '!*.py'] }), ['src/retry.ts']);
    assert.deepEqual(await search({ languages: ['python', 'markdown'] }), ['docs/retry.md', 'src/retry.py']);
    assert.deepEqual(await search({ kinds: ['section'] }), ['docs/retry.md']);
    assert.deepEqual(await search({ kinds: ['section'], languages: ['python'] }), []);
  });

  it('gives each file once when files are asked for', async () => {
    const many = ['One', 'Two', 'Three'].map((name) => `${retry(`retry${name}`)}\n`).join('\n');
    fixture.write({ 'a.ts': many, 'b.ts': many.replaceAll('retry', 'again'), 'c.ts': unlike });
    const index = await fixture.open();
    await index.call('update', null);
    const query = 'retry send response attempt';
    const chunks = await index.call('search', { query, limit: 20 });
    const files = await index.call('search', { query, limit: 20, rank: 'files' });
    assert.ok(chunks.length > files.length);
    assert.deepEqual(
      files.slice(0, 2).map(({ path }) => path),
      ['a.ts', 'b.ts'],
    );
    assert.equal(new Set(files.map(({ path }) => path)).size, files.length);
  });

  it('does as the question says: places of a trace, files, definitions and quotes come first', async () => {
    const pick = (name: string, says: string): string =>
      `export function ${name}(list: number[]): number {\n  if (list.length === 0) throw new Error('${says}');\n  return list[0] ?? 0;\n}\n`;
    fixture.write({
      'src/first.ts': `${pick('firstOf', 'The list of words is empty.')}\n${retry('retryFirst')}\n`,
      'src/last.ts': `${pick('lastOf', 'Empty is what the list of words is.')}\n${retry('retryLast').replaceAll('response', 'answer')}\n`,
      'src/use.ts': `import { firstOf } from './first.ts';\n\n// firstOf firstOf firstOf: firstOf\nexport const use = firstOf([1]);\n`,
      'vendor/first.ts': `${pick('firstOf', 'The list of words is empty.')}\n`,
    });
    const index = await fixture.open();
    await index.call('update', null);
    const find = async (query: string): Promise<string[]> => places(await index.call('search', { query, limit: 9 }));
    const trace = 'Error: no answer\n    at retryLast (/elsewhere/src/last.ts:9:5)\n    at use (src/use.ts:4:20)';
    assert.deepEqual((await find(trace)).slice(0, 2), ['src/last.ts retryLast', 'src/use.ts use']);
    assert.match((await find('where is firstOf?'))[0] ?? '', /first\.ts firstOf$/);
    assert.match((await find('last.ts'))[0] ?? '', /^src\/last\.ts/);
    assert.equal((await find('who says “empty is what the  List”?'))[0], 'src/last.ts lastOf');
    const copies = (await find('list of words is empty')).filter((place) => place.endsWith('first.ts firstOf'));
    assert.equal(copies.length, 1);
  });

  it('puts what is open before what is as good, and soon what that imports', async () => {
    const names = ['a', 'b', 'c', 'd'];
    for (const name of names) fixture.write({ [`${name}.ts`]: `${retry(`retry${name.toUpperCase()}`)}\n` });
    fixture.write({ 'use.ts': `import { retryD } from './d.ts';\nexport const area = retryD(() => fetch('/'));\n` });
    for (const name of [...names, 'use']) utimesSync(fixture.at(`${name}.ts`), 1, 1);
    const index = await fixture.open();
    await index.call('update', null);
    const find = async (): Promise<string[]> =>
      (await index.call('search', { query: 'send again until the response is ok', limit: 4, rank: 'files' })).map(
        ({ path }) => path,
      );
    const [first = ''] = await find();
    const other = names.map((name) => `${name}.ts`).find((name) => name !== first) ?? '';
    await index.call('filesOpen', { paths: [fixture.at(other)] });
    assert.equal((await find())[0], other);
    await index.call('filesOpen', { paths: [fixture.at('use.ts')] });
    await until(find, ([best]) => best === 'd.ts');
  });

  it('finds code like some other, and never that itself', async () => {
    fixture.write({
      'src/first.ts': `${unlike}\n${retry('sendWithRetry')}\n`,
      'src/second.ts': `${retry('tryAgain').replaceAll('response', 'answer')}\n`,
      'src/third.ts': `${unlike.replace('areaOf', 'surfaceOf')}\n`,
    });
    const index = await fixture.open();
    await index.call('update', null);
    const request = { path: fixture.at('src/first.ts'), startLine: 5, endLine: 12, text: retry('sendWithRetry') };
    const hits = await index.call('similar', { ...request, limit: 5 });
    assert.equal(places(hits)[0], 'src/second.ts tryAgain');
    assert.ok(!places(hits).includes('src/first.ts sendWithRetry'));
    assert.equal((await index.call('similar', { ...request, limit: 1 })).length, 1);
    const elsewhere = await index.call('similar', { ...request, path: '/elsewhere/first.ts', limit: 1 });
    assert.deepEqual(places(elsewhere), ['src/first.ts sendWithRetry']);
    for (const text of ['', ' \n', '{}']) {
      assert.deepEqual(await index.call('similar', { ...request, text, limit: 5 }), []);
    }
  });
});
