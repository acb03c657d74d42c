import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CliSandbox } from './runCli.ts';

interface Hit {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly symbol: string;
  readonly score: number;
  readonly text: string;
}

const retryQueue = `/** Sends what could not be sent, again and again. */
export class RetryQueue {
  #waiting = [];

  /** Puts a failed delivery back and doubles its delay. */
  retryLater(delivery) {
    this.#waiting.push({ delivery, delayMs: delivery.delayMs * 2 });
  }
}
`;

const project = {
  'src/retryQueue.js': retryQueue,
  'src/parseDate.py':
    'def parse_date(text):\n    """Reads a calendar date in ISO 8601."""\n    return text.split("-")\n',
  'docs/guide.md': '# Guide\n\nHow to brew coffee with the espresso machine.\n',
  '.gitignore': 'generated/\n',
  'generated/out.js': 'export const retryLater = "generated zebra";\n',
  '.env': 'ZEBRA_TOKEN=hunter2hunter2\n',
  'image.png': Uint8Array.from({ length: 4096 }, (_, at) => (at * 7) % 256),
  'latin1.txt': Uint8Array.of(0x63, 0x61, 0x66, 0xe9, 0x0a, 0xff, 0xfe, 0x0a),
};

async function search(sandbox: CliSandbox, query: string, ...more: string[]): Promise<Hit[]> {
  const { code, out, err } = await sandbox.run(['search', 'project', query, '--json', '--store', 'store', ...more]);
  assert.deepEqual([code, err], [0, '']);
  return JSON.parse(out) as Hit[];
}

describe('sextant search', function () {
  this.timeout(60_000);
  let sandbox: CliSandbox;

  before(async () => {
    sandbox = await CliSandbox.create(project);
  });

  after(() => sandbox.remove());

  it('answers many questions of a file at once, by passage or by file, and keeps to filters', async () => {
    const queries = [
      { id: 'retry', query: 'deliver again after a failure' },
      { id: 7, query: 'parse_date' },
      { id: 'nothing', query: '???' },
    ];
    await sandbox.write({ '../queries.json': JSON.stringify(queries) });
    const run = async (...more: string[]) => {
      const args = ['search', 'project', '--queries', 'queries.json', '--json', '--limit', '3', '--store', 'store'];
      const { code, out, err } = await sandbox.run([...args, ...more]);
      assert.deepEqual([code, err], [0, '']);
      return JSON.parse(out) as { id: string | number; results: Hit[] }[];
    };
    const answers = await run('--rank', 'files');
    assert.deepEqual(
      answers.map(({ id, results }) => [id, results[0]?.path]),
      [
        ['retry', 'src/retryQueue.js'],
        [7, 'src/parseDate.py'],
        ['nothing', undefined],
      ],
    );
    const [first] = answers;
    assert.deepEqual(Object.keys(first?.results[0] ?? {}).sort(), ['endLine', 'path', 'score', 'startLine', 'symbol']);
    assert.equal(new Set(first?.results.map(({ path }) => path)).size, first?.results.length);
    const filtered = await run('--path', 'src', '--path', '!*.js', '--language', 'python');
    assert.deepEqual(
      [...new Set(filtered.flatMap(({ results }) => results.map(({ path }) => path)))],
      ['src/parseDate.py'],
    );
  });

  for (const [name, text, says] of [
    ['a file that is not there', null, /missing\.json cannot be read/],
    ['what is not JSON', '[{', /not a JSON array/],
    ['what is no array', '{"id": 1, "query": "x"}', /not a JSON array/],
    ['an entry without a query', '[{"id": 1, "query": "x"}, {"id": 2}]', /entry 2 is not an object/],
  ] as const) {
    it(`says what is wrong with ${name} of queries`, async () => {
      if (text !== null) await sandbox.write({ '../bad.json': text });
      const file = text === null ? 'missing.json' : 'bad.json';
      const { code, out, err } = await sandbox.run(['search', 'project', '--queries', file, '--store', 'store']);
      assert.deepEqual([code === 0, out], [false, '']);
      assert.match(err, says);
    });
  }

  it('finds by meaning and by words: an array of passages, best first, one a chunk', async () => {
    const hits = await search(sandbox, 'deliver again after a failure with a longer delay');
    assert.equal(hits[0]?.path, 'src/retryQueue.js');
    assert.equal((await search(sandbox, 'parse_date'))[0]?.path, 'src/parseDate.py');
    for (const hit of hits) {
      assert.deepEqual(Object.keys(hit).sort(), ['endLine', 'path', 'score', 'startLine', 'symbol', 'text']);
      const lines = (await sandbox.read(path.join('project', hit.path))).toString('utf8').split('\n');
      assert.equal(
        hit.text.trimEnd(),
        lines
          .slice(hit.startLine - 1, hit.endLine)
          .join('\n')
          .trimEnd(),
      );
    }
    const scores = hits.map(({ score }) => score);
    assert.deepEqual(
      scores,
      [...scores].sort((a, b) => b - a),
    );
    assert.equal(new Set(hits.map((hit) => `${hit.path}:${hit.startLine}-${hit.endLine}`)).size, hits.length);
  });

  it('names the enclosing symbol', async () => {
    const hits = await search(sandbox, 'retryLater delayMs');
    assert.match(hits.find((hit) => hit.path === 'src/retryQueue.js')?.symbol ?? '', /RetryQueue/);
  });

  it('shows at most as many as asked for', async () => {
    assert.equal((await search(sandbox, 'text date delivery coffee', '--limit', '1')).length, 1);
  });

  it('never finds ignored, secret or binary files', async () => {
    const hits = await search(sandbox, 'zebra token hunter2hunter2 generated', '--limit', '100');
    assert.deepEqual(
      hits.filter(({ path }) => ['generated/out.js', '.env', 'image.png'].includes(path)),
      [],
    );
    const kept = await Promise.all(
      (await sandbox.files('store')).map(
        async (file) => await sandbox.read(path.join('store', file)).catch(() => Buffer.of()),
      ),
    );
    assert.ok(kept.every((bytes) => !bytes.includes('hunter2hunter2')));
  });

  it('shows passages to people with place, symbol and numbered lines', async () => {
    const { code, out, err } = await sandbox.run([
      'search',
      'project',
      'retryLater',
      '--store',
      'store',
      '--limit',
      '1',
    ]);
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /^src\/retryQueue\.js:\d+-\d+ {2}RetryQueue/);
    assert.match(out, /^ +6 {4}retryLater\(delivery\) \{$/m);
  });

  it('goes on quietly when whoever reads has had enough', async () => {
    const { out, err } = await sandbox.shell(
      '$CLI search project "text" --json --store store | head -c 2; echo " ${PIPESTATUS[0]}"',
    );
    assert.deepEqual([out, err], ['[\n 0\n', '']);
  });
});

describe('sextant index', function () {
  this.timeout(60_000);
  let sandbox: CliSandbox;

  beforeEach(async () => {
    sandbox = await CliSandbox.create(project);
  });

  afterEach(() => sandbox.remove());

  it('indexes a folder, says how much, and has nothing to do the second time', async () => {
    const first = await sandbox.run(['index', 'project', '--store', 'store']);
    const second = await sandbox.run(['index', 'project', '--store', 'store']);
    assert.deepEqual([first.code, first.err, second.code], [0, '', 0]);
    assert.match(first.out, /^[45] files indexed in \d+ passages\./);
    assert.equal(second.out, first.out);
  });

  it('lists as JSON what it left out, with the reason', async () => {
    await sandbox.write({ 'package-lock.json': '{}', 'mine.txt': 'private', '.aiexclude': 'mine.txt\n' });
    const { code, out, err } = await sandbox.run(['index', 'project', '--json', '--store', 'store']);
    assert.deepEqual([code, err], [0, '']);
    const { files, chunks, leftOut, leftOutFiles } = JSON.parse(out) as Record<string, unknown>;
    assert.deepEqual([files, typeof chunks], [6, 'number']);
    assert.deepEqual(leftOut, { secret: 1, binary: 1, 'lock file': 1, 'ignored for another tool': 1 });
    assert.deepEqual(leftOutFiles, [
      { path: '.env', reason: 'secret' },
      { path: 'image.png', reason: 'binary' },
      { path: 'mine.txt', reason: 'ignored for another tool' },
      { path: 'package-lock.json', reason: 'lock file' },
    ]);
  });

  it('tells as JSON what it has done, and how long each stage took', async () => {
    const run = async (): Promise<Record<string, unknown>> => {
      const { out } = await sandbox.run(['index', 'project', '--json', '--store', 'timed']);
      return (JSON.parse(out) as { work: Record<string, unknown> }).work;
    };
    const first = await run();
    assert.ok(Number(first['filesParsed']) >= 4 && Number(first['chunksEmbedded']) >= 4);
    assert.deepEqual(Object.keys(first['milliseconds'] as object).sort(), [
      'embedding',
      'graph',
      'listing',
      'parsing',
      'reading',
      'saving',
      'storing',
    ]);
    const second = await run();
    assert.deepEqual([second['filesParsed'], second['chunksEmbedded']], [0, 0]);
  });

  it('has the deep model embed all when told to, and search with what it knows', async () => {
    const indexed = await sandbox.run(['index', 'project', '--deep', '--store', 'store']);
    assert.deepEqual([indexed.code, indexed.err], [0, '']);
    const question = 'send again what did not arrive';
    const plain = await search(sandbox, question);
    const deep = await search(sandbox, question, '--deep');
    assert.equal(deep[0]?.path, 'src/retryQueue.js');
    assert.notDeepEqual(
      deep.map(({ score }) => score),
      plain.map(({ score }) => score),
    );
  });

  it('writes nothing into the folder and everything into the store', async () => {
    const before = await sandbox.projectState();
    for (const args of [
      ['index', 'project'],
      ['search', 'project', 'date'],
      ['ask', 'project', 'What retries?'],
    ]) {
      assert.equal((await sandbox.run([...args, '--store', 'store'])).code, 0);
    }
    assert.deepEqual(await sandbox.projectState(), before);
    assert.deepEqual(await sandbox.files('home'), []);
    assert.ok((await sandbox.files('store')).length > 2);
  });

  it('keeps the store in the user’s data folder where none is given', async () => {
    assert.equal((await sandbox.run(['index', 'project'])).code, 0);
    const kept = await sandbox.files('home');
    assert.ok(kept.includes(path.join('data', 'sextant', 'index')), kept.join('\n'));
  });

  it('follows what was changed, renamed and deleted since', async () => {
    await search(sandbox, 'coffee');
    await sandbox.write({
      'docs/guide.md': '# Guide\n\nHow to grow tomatoes in a greenhouse.\n',
      'docs/new.md': 'Marmalade recipe.\n',
    });
    await rm(path.join(sandbox.project, 'src/parseDate.py'));
    assert.equal((await search(sandbox, 'tomatoes greenhouse'))[0]?.path, 'docs/guide.md');
    assert.equal((await search(sandbox, 'marmalade recipe'))[0]?.path, 'docs/new.md');
    const all = await search(sandbox, 'calendar date espresso', '--limit', '100');
    assert.ok(all.every(({ path, text }) => path !== 'src/parseDate.py' && !text.includes('espresso')));
  });

  it('lets no control character of a file reach the terminal', async () => {
    await sandbox.write({ 'evil.md': 'A treacherous walrus \u001b]0;owned\u0007 \u001b[2J.\n' });
    const { out } = await sandbox.run(['search', 'project', 'treacherous walrus', '--store', 'store', '--limit', '1']);
    assert.match(out, /treacherous walrus/);
    assert.doesNotMatch(out, /[\u001b\u0007]/);
  });

  it('has an empty answer for an empty folder', async () => {
    await rm(sandbox.project, { recursive: true });
    await sandbox.write({ 'image.png': project['image.png'] });
    assert.deepEqual(await search(sandbox, 'anything'), []);
    const indexed = await sandbox.run(['index', 'project', '--store', 'store']);
    assert.match(indexed.out, /^0 files indexed in 0 passages\./);
    const shown = await sandbox.run(['search', 'project', 'anything', '--store', 'store']);
    assert.deepEqual(shown, { code: 0, out: '', err: 'Nothing matches.\n' });
  });

  it('refuses a store that is a file', async () => {
    const { code, err } = await sandbox.run(['index', 'project', '--store', 'project/docs/guide.md']);
    assert.equal(code, 1);
    assert.doesNotMatch(err, /\n +at /);
    assert.match(err, /guide\.md/);
  });

  for (const { what, signal, code } of [
    { what: 'Ctrl-C, which reaches all of its processes', signal: 'SIGINT', code: 130 },
    { what: 'a request to end', signal: 'SIGTERM', code: 143 },
    { what: 'kill -9', signal: 'SIGKILL', code: null },
  ] as const) {
    it(`ends on ${what}, and the next run makes the index whole`, async () => {
      const names = Array.from({ length: 500 }, (_, at) => `many/file${at}.js`);
      await sandbox.write(
        Object.fromEntries(names.map((name, at) => [name, retryQueue.replaceAll('Queue', `Queue${at}`)])),
      );
      const run = sandbox.run(['index', 'project', '--store', 'store']);
      while ((await sandbox.files('.')).filter((file) => file.startsWith('store')).length < 5) await delay(20);
      process.kill(-run.child.pid!, signal);
      const ended = await run;
      assert.deepEqual(ended, { code, out: '', err: '' });
      const whole = await sandbox.run(['index', 'project', '--store', 'store']);
      assert.equal(whole.err, '');
      assert.match(whole.out, /^50[45] files indexed/);
    });
  }
});
