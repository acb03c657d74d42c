import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import path from 'node:path';
import { processChannel } from '../../../src/base/channels.node.ts';
import type { Service } from '../../../src/base/service.ts';
import { forkIndexProcess } from '../../../src/index/startIndexProcess.node.ts';
import type { ContextIndexContract, DeepModelState, SearchHit } from '../../../src/protocol/contextIndex.ts';
import { childrenOf } from './childrenOf.ts';
import { IndexFixture, assetDirectory, moduleText, until } from './indexFixture.ts';

const FILES = 8;
/** So slow that it is at work for as long as a test looks at it. */
const SLOW = { percent: 5 };

describe('The deep model behind the built-in one', function () {
  this.timeout(120_000);
  let fixture: IndexFixture;
  let index: Service<ContextIndexContract>;
  let processId: number;

  const open = async (folders?: readonly string[]): Promise<Service<ContextIndexContract>> =>
    await fixture.open({
      ...(folders === undefined ? {} : { folders }),
      start: () => {
        const child = forkIndexProcess(assetDirectory);
        processId = child.pid ?? 0;
        return { channel: processChannel(child), stop: () => child.kill() };
      },
    });
  const allow = (isAllowed: boolean): Promise<void> => index.call('allowDeepModel', { isAllowed });
  const state = async (): Promise<DeepModelState> => (await index.call('overview', null)).deepModel;
  const settled = (isWanted: (state: DeepModelState) => boolean): Promise<DeepModelState> =>
    until(state, isWanted, 4000);
  const complete = (): Promise<DeepModelState> => settled(({ phase }) => phase === 'complete');
  /** What is like one of the modules. */
  const similar = (): Promise<SearchHit[]> =>
    index.call('similar', {
      path: fixture.at('m1.ts'),
      startLine: 1,
      endLine: 20,
      text: moduleText('word1x'),
      limit: 5,
    });
  const search = (query: string): Promise<SearchHit[]> => index.call('search', { query, limit: 5, patience: 'long' });

  beforeEach(async () => {
    fixture = new IndexFixture();
    fixture.write(Object.fromEntries(Array.from({ length: FILES }, (_, i) => [`m${i}.ts`, moduleText(`word${i}x`)])));
    fixture.write({
      'shelf.ts':
        'export function evict(shelf: Map<string, Item>, most: number): void {\n' +
        '  while (shelf.size > most) shelf.delete(shelf.keys().next().value);\n}\n',
    });
    index = await open();
    await index.call('update', null);
  });

  afterEach(() => {
    fixture.dispose();
  });

  it('does nothing unless it may, and then knows every passage', async () => {
    assert.deepEqual((await state()).phase, 'off');
    assert.deepEqual(childrenOf(processId), []);
    const before = await search('throw away what was put in first when there is no room');
    const similarBefore = await similar();
    await allow(true);
    const { done, wanted, dimensions, memoryBytes, process } = await complete();
    const { chunks } = await index.call('status', null);
    assert.deepEqual([done, wanted, dimensions], [chunks, chunks, 384]);
    assert.ok(memoryBytes >= chunks * 384);
    assert.ok(process !== null && process.processorMs > 0);
    const after = await search('throw away what was put in first when there is no room');
    assert.equal(after[0]?.path, 'shelf.ts');
    assert.notDeepEqual(scoresOf(after), scoresOf(before));
    const similarAfter = await similar();
    assert.match(similarAfter[0]?.path ?? '', /^m\d\.ts$/);
    assert.notDeepEqual(scoresOf(similarAfter), scoresOf(similarBefore));
    // A name is found as before: the words have their say.
    assert.equal((await search('word7xOf'))[0]?.path, 'm7.ts');
  });

  it('answers at once while its process sleeps, and tells when there is a better answer', async () => {
    await allow(true);
    await complete();
    await allow(false);
    await allow(true);
    let refined = 0;
    index.on('refined', () => refined++);
    const query = 'throw away what was put in first when there is no room';
    const first = await index.call('search', { query, limit: 5 });
    await until(
      () => Promise.resolve(refined),
      (count) => count > 0,
      4000,
    );
    const second = await index.call('search', { query, limit: 5 });
    assert.notDeepEqual(scoresOf(second), scoresOf(first));
  });

  it('goes on after it was killed at work, and search never stops', async () => {
    await index.call('limitCpu', SLOW);
    await allow(true);
    await settled(({ phase, done }) => phase === 'working' && done > 0);
    assert.equal((await search('word7xOf'))[0]?.path, 'm7.ts');
    for (const child of childrenOf(processId)) process.kill(child, 'SIGKILL');
    assert.equal((await search('word6xOf'))[0]?.path, 'm6.ts');
    await index.call('limitCpu', { percent: 100 });
    const { done, wanted } = await complete();
    assert.equal(done, wanted);
  });

  it('embeds what is open in an editor first, then code, and data last', async () => {
    fixture.write({ 'a.json': `{ "text": "${'word '.repeat(40)}" }\n`, 'z.ts': moduleText('last') });
    await index.call('update', null);
    await index.call('filesOpen', { paths: [fixture.at('z.ts')] });
    await index.call('limitCpu', SLOW);
    await index.call('useModel', { id: 'asked' });
    const passages = await index.call('missingVectors', { limit: 1000 });
    const order = [...new Set(passages.map((passage) => passage.path))];
    assert.equal(order[0], 'z.ts');
    assert.equal(order.at(-1), 'a.json');
  });

  it('ends where it may not work any more, and keeps what it knows', async () => {
    await allow(true);
    const { done } = await complete();
    await allow(false);
    await until(
      () => Promise.resolve(childrenOf(processId)),
      (left) => left.length === 0,
    );
    assert.equal((await state()).phase, 'off');
    assert.equal((await search('word7xOf'))[0]?.path, 'm7.ts');
    await allow(true);
    const again = await complete();
    assert.deepEqual([again.done, again.process], [done, null], 'no process was needed');
  });

  it('rests while a model of the user’s choice helps', async () => {
    await index.call('useModel', { id: 'theirs' });
    await allow(true);
    assert.equal((await state()).phase, 'off');
    await index.call('useModel', { id: null });
    await complete();
  });

  it('embeds nothing twice: after a restart, a move, a change of branch and back, and in another working tree', async () => {
    await allow(true);
    await complete();
    fixture.write({ 'm1.ts': moduleText('branched') });
    await index.call('update', null);
    await settled(({ phase, done, wanted }) => phase === 'complete' && done === wanted);
    await index.call('close', null);
    fixture.write({ 'm1.ts': moduleText('word1x'), 'other/unused': '' });
    renameSync(fixture.at('m2.ts'), fixture.at('moved.ts'));
    const tree = path.join(fixture.directory, 'tree');
    renameSync(fixture.root, tree);
    index = await open([tree]);
    await index.call('update', null);
    await allow(true);
    const { done, wanted, process } = await complete();
    assert.deepEqual([done, process], [wanted, null], 'no process was needed');
  });
});

function scoresOf(hits: readonly SearchHit[]): number[] {
  return hits.map(({ score }) => score);
}
