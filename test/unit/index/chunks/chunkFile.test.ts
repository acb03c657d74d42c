import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { MAX_CHUNK_LENGTH, type Chunk } from '../../../../src/index/chunks/chunk.ts';
import { chunkFile } from '../../../../src/index/chunks/chunkFile.node.ts';
import { commentText, signatureText } from '../../../../src/index/chunks/declarations.ts';
import { Grammars } from '../../../../src/index/chunks/grammars.node.ts';
import { assetDirectory } from '../assets.ts';

const samples = path.resolve(import.meta.dirname, '../../../fixtures/files/chunks');
const goldenFile = path.join(import.meta.dirname, 'chunks.golden.json');

/**
 * One file a language, and what it is cut into. After a deliberate change of the chunker: UPDATE_GOLDEN=1,
 * look at the difference, and raise CHUNKER_VERSION.
 */
describe('Chunking', () => {
  const grammars = new Grammars(assetDirectory);
  const names = readdirSync(samples).sort();
  const golden = JSON.parse(readFileSync(goldenFile, 'utf8')) as Record<string, string[]>;

  after(() => {
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(goldenFile, `${JSON.stringify(golden, null, 2)}\n`);
  });

  for (const name of names) {
    const text = readFileSync(path.join(samples, name), 'utf8');

    it(`cuts ${name} where its syntax does`, async () => {
      const lines = text.split('\n');
      const chunks = (await chunkFile(name, text, grammars)).chunks.map((chunk) => inWords(chunk, lines));
      if (process.env['UPDATE_GOLDEN'] === '1') golden[name] = chunks;
      assert.deepEqual(chunks, golden[name]);
    });

    // Of a notebook only what people wrote is taken.
    if (name.endsWith('.ipynb')) continue;

    it(`puts every line of ${name} with something in it into exactly one chunk`, async () => {
      assertCovers(text, (await chunkFile(name, text, grammars)).chunks);
    });
  }

  it('knows every sample of the golden file', () => {
    assert.deepEqual(Object.keys(golden).sort(), names);
  });

  it('covers files that somebody is in the middle of writing', async () => {
    const texts = names.map((name) => ({ name, text: readFileSync(path.join(samples, name), 'utf8') }));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...texts.filter(({ name }) => !name.endsWith('.ipynb'))),
        fc.nat(),
        fc.nat(200),
        fc.string(),
        async (file, at, length, typed) => {
          const start = at % file.text.length;
          const text = file.text.slice(0, start) + typed.replaceAll('\r', '') + file.text.slice(start + length);
          assertCovers(text, (await chunkFile(file.name, text, grammars)).chunks);
        },
      ),
      { numRuns: process.env['SEXTANT_CAMPAIGN'] === '1' ? 3000 : 100 },
    );
  });

  for (const [what, text] of Object.entries({
    'an empty file': '',
    'blank lines': '\n\n  \n\t\n',
    'one long line': `const a = '${'x'.repeat(50_000)}';`,
    'ten thousand nested brackets': `const a = ${'['.repeat(10_000)}${']'.repeat(10_000)};`,
    'ten thousand nested blocks': `${'if (a) {\n'.repeat(10_000)}${'}\n'.repeat(10_000)}`,
    'a function of a thousand statements': `function a() {\n${'  call(1, 2, 3);\n'.repeat(1000)}}\n`,
    'no syntax at all': '@@@ %%% ((((\n'.repeat(500),
    'half a surrogate pair': 'const a = "\ud83d";\nconst b = 1;\n',
  })) {
    it(`survives ${what}`, async () => {
      for (const name of ['ts', 'py', 'cpp', 'md', 'txt', 'json', 'yaml', 'toml', 'sql', 'html', 'xml'].map(
        (end) => `a.${end}`,
      )) {
        assertCovers(text, (await chunkFile(name, text, grammars)).chunks);
      }
    });
  }
});

/** Place, kind and symbol, then the signature and what the comment says of it. */
function inWords({ startLine, endLine, kind, symbol, declaration }: Chunk, lines: readonly string[]): string {
  const place = `${startLine}-${endLine} ${kind} ${symbol}`.trimEnd();
  if (declaration === undefined) return place;
  const { signature, comment } = declaration;
  const said = comment === undefined ? '' : commentText(lines, comment);
  return `${place} | ${signatureText(lines, signature)}${said === '' ? '' : ` “${said}”`}`;
}

function assertCovers(text: string, chunks: readonly Chunk[]): void {
  const lines = text.split('\n');
  let next = 1;
  for (const { startLine, endLine } of chunks) {
    assert.ok(
      startLine >= next && endLine >= startLine && endLine <= lines.length,
      `${startLine}-${endLine} is in order`,
    );
    const between = lines.slice(next - 1, startLine - 1);
    assert.ok(between.every(isBlank), `nothing is lost before line ${startLine}`);
    const length = lines.slice(startLine - 1, endLine).join('\n').length;
    assert.ok(length <= MAX_CHUNK_LENGTH + 120 || startLine === endLine, `${startLine}-${endLine} is not too long`);
    next = endLine + 1;
  }
  assert.ok(lines.slice(next - 1).every(isBlank), 'nothing is lost at the end');
}

function isBlank(line: string): boolean {
  return line.trim() === '';
}
