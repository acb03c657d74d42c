import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { IndexFixture } from './indexFixture.ts';

describe('Which files may be read', function () {
  this.timeout(30_000);
  let fixture: IndexFixture;

  beforeEach(() => {
    fixture = new IndexFixture();
  });

  afterEach(() => {
    fixture.dispose();
  });

  it('follows the rules of the index, without an index and from one moment to the next', async () => {
    fixture.write({
      '.gitignore': 'out/\n*.local.ts\n',
      '.sextantignore': 'private/\n',
      'src/a.ts': 'a();',
      'src/b.local.ts': 'b();',
      'src/.env': 'KEY=1',
      'out/c.js': 'c();',
      'private/d.ts': 'd();',
      'node_modules/e/index.d.ts': 'e();',
      'hidden/f.ts': 'f();',
      'images/g.png': 'g',
    });
    symlinkSync(fixture.at('src/.env'), fixture.at('src/link.ts'));
    const index = await fixture.open({ hidden: [{ glob: 'hidden' }] });
    const all = ['src/a.ts', 'src/b.local.ts', 'src/.env', 'out/c.js', 'private/d.ts', 'node_modules/e/index.d.ts'];
    const others = ['hidden/f.ts', 'images/g.png', 'src/link.ts', 'src/missing.ts', 'src', '../outside.ts', ''];
    const paths = [...all, ...others].map((name) => path.join(fixture.root, name));
    const allowed = async (): Promise<string[]> => {
      const verdicts = await index.call('mayRead', { paths });
      return paths.filter((_, at) => verdicts[at]).map((file) => path.relative(fixture.root, file));
    };
    assert.deepEqual(await allowed(), ['src/a.ts']);
    fixture.write({ '.gitignore': '*.ts\n' });
    assert.deepEqual(await allowed(), ['out/c.js']);
  });

  it('leaves out what is listed as secret, from the moment that it is listed', async () => {
    const names = ['src/a.ts', 'src/harbour.cipher', 'private/b.ts', '.env'];
    fixture.write(Object.fromEntries(names.map((name) => [name, `export const lantern = '${name}';\n`])));
    const paths = names.map((name) => path.join(fixture.root, name));
    const index = await fixture.open({});
    await index.call('update', null);
    assert.deepEqual(await index.call('mayRead', { paths }), [true, true, true, false]);
    const folder = { path: fixture.root, name: 'work', secret: ['*.cipher', 'private'] };
    await index.call('open', { folders: [folder], storeDirectory: fixture.store, autoIndex: false });
    await index.call('update', null);
    assert.deepEqual(await index.call('mayRead', { paths }), [true, false, false, false]);
    const hits = await index.call('search', { query: 'lantern', limit: 10 });
    assert.deepEqual(
      hits.map((hit) => hit.path),
      ['src/a.ts'],
    );
    const leftOut = await index.call('leftOut', { reason: 'secret', limit: 10 });
    assert.deepEqual(leftOut.map((file) => file.path).sort(), ['.env', 'private/b.ts', 'src/harbour.cipher']);
  });

  it('is for the innermost folder to say', async () => {
    fixture.write({
      '.gitignore': 'inner/\n',
      'inner/a.ts': 'a();',
      'inner/b.ts': 'b();',
      'inner/.gitignore': 'b.ts\n',
    });
    const index = await fixture.open({ folders: [fixture.root, fixture.at('inner')] });
    const paths = [fixture.at('inner/a.ts'), fixture.at('inner/b.ts')];
    assert.deepEqual(await index.call('mayRead', { paths }), [true, false]);
  });
});
