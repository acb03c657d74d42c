import assert from 'node:assert/strict';
import type { CompletionInput } from '../../../../src/completion/completionInput.ts';
import { type Candidate, type ContextSource, makeCandidate } from '../../../../src/completion/context/candidate.ts';
import { contextReport } from '../../../../src/completion/context/contextReport.ts';
import { GatheredContext } from '../../../../src/completion/context/gatheredContext.ts';
import { redactCode } from '../../../../src/privacy/redactCode.ts';

const all: readonly ContextSource[] = ['definition', 'imports', 'edited', 'viewed', 'similar', 'clipboard'];
const uri = 'file:///work/src/a.ts';

function input(prefix: string, suffix = ''): CompletionInput {
  const languageId = 'typescript';
  return { uri, path: 'src/a.ts', languageId, prefix, suffix, offset: prefix.length, trigger: 'automatic' };
}

function candidate(source: ContextSource, path: string, text: string): Candidate {
  const made = makeCandidate(source, { path, startLine: 1 }, text);
  assert.ok(made);
  return made;
}

/** A function of its own whose words occur nowhere else. */
function code(name: string): string {
  return `function ${name}(${name}Input: number) {\n  return ${name}Table[${name}Input];\n}`;
}

describe('The context of a completion', () => {
  let sources: Set<ContextSource>;
  let budgetTokens: number;
  let context: GatheredContext;

  beforeEach(() => {
    sources = new Set(all);
    budgetTokens = 1_000;
    context = new GatheredContext(() => ({ sources, budgetTokens }));
  });

  function put(...candidates: Candidate[]): void {
    for (const source of all) {
      const own = candidates.filter((each) => each.source === source);
      if (own.length > 0) context.put(uri, source, { candidates: own, omissions: [] });
    }
  }

  const paths = (at = input('x')): string[] => context.ready(at).map(({ path }) => path);
  const reasons = (): string[] => context.lastSelection?.leftOut.map(({ path, reason }) => `${path}: ${reason}`) ?? [];

  it('is empty for a document of which nothing is known', () => {
    put(candidate('definition', 'b.ts', code('other')));
    assert.deepEqual(context.ready({ ...input('x'), uri: 'file:///work/src/b.ts' }), []);
  });

  it('puts definitions before what was edited, and that before what was only seen', () => {
    put(
      candidate('viewed', 'seen.ts', code('seen')),
      candidate('similar', 'like.ts', code('like')),
      candidate('edited', 'edited.ts', code('edited')),
      candidate('definition', 'definition.ts', code('definition')),
    );
    assert.deepEqual(paths(), ['definition.ts', 'edited.ts', 'like.ts', 'seen.ts']);
  });

  it('prefers what speaks of the same things as the text around the cursor', () => {
    put(candidate('similar', 'unlike.ts', code('apple')), candidate('similar', 'like.ts', code('pear')));
    assert.deepEqual(paths(input('const total = pearTable[pear')), ['like.ts', 'unlike.ts']);
  });

  it('never exceeds its budget, and fills it with what fits', () => {
    const long = candidate(
      'definition',
      'long.ts',
      Array.from({ length: 30 }, (_, at) => code(`long${at}`)).join('\n'),
    );
    const short = candidate('viewed', 'short.ts', code('short'));
    budgetTokens = short.tokens;
    put(long, short);
    assert.deepEqual(paths(), ['short.ts']);
    assert.deepEqual(reasons(), ['long.ts: no room in the budget']);
    budgetTokens = 0;
    assert.deepEqual(paths(), []);
  });

  it('leaves out what stands around the cursor already', () => {
    put(candidate('edited', 'src/a.ts', code('near')), candidate('edited', 'src/b.ts', code('far')));
    assert.deepEqual(paths(input('\n', `\n\n    ${code('near').replaceAll('\n', '\n    ')}\n`)), ['src/b.ts']);
    assert.deepEqual(reasons(), ['src/a.ts: it stands around the cursor already']);
  });

  it('takes of the same text in several sources the best one', () => {
    put(
      candidate('viewed', 'b.ts', code('same')),
      candidate('definition', 'b.ts', code('same')),
      candidate('similar', 'copy.ts', `// A copy.\n${code('same')}`),
    );
    assert.deepEqual(
      context.ready(input('x')).map(({ source }) => source),
      ['definition'],
    );
    assert.equal(reasons().length, 2);
  });

  it('leaves out a source as soon as it is switched off', () => {
    put(candidate('definition', 'b.ts', code('one')), candidate('clipboard', 'clipboard', code('two')));
    assert.deepEqual(paths(), ['b.ts', 'clipboard']);
    sources.delete('clipboard');
    assert.deepEqual(paths(), ['b.ts']);
  });

  it('forgets documents that are closed, those of long ago, and all when the rules change', () => {
    put(candidate('definition', 'b.ts', code('one')));
    context.forget(uri);
    assert.deepEqual(paths(), []);
    put(candidate('definition', 'b.ts', code('one')));
    for (let at = 0; at < 30; at++) context.put(`file:///${at}`, 'edited', { candidates: [], omissions: [] });
    assert.deepEqual(paths(), []);
    put(candidate('definition', 'b.ts', code('one')));
    context.clear();
    assert.deepEqual(paths(), []);
  });

  it('is shown as it was sent, with what was left out and why', () => {
    put(
      candidate('definition', 'b.ts', `${code('one')}\n// \`\`\`\` a fence`),
      candidate('viewed', 'c.ts', code('one')),
    );
    context.put(uri, 'edited', {
      candidates: [],
      omissions: [{ source: 'edited', path: '.env', reason: 'secret file' }],
    });
    sources.delete('clipboard');
    const at = input('const a = ', ';\n');
    const snippets = context.ready(at);
    const selection = context.lastSelection!;
    const request = { ...at, snippets, maxOutputTokens: 10 };
    const ref = { provider: 'ollama', model: 'coder' };
    const body = JSON.stringify({ model: 'coder', prompt: 'const a = ' });
    const report = contextReport({ ref, request, selection, sources, sentAt: new Date(0), body });
    for (const { text } of snippets) assert.ok(report.includes(`\`\`\`\`\`ts\n${text}\n\`\`\`\`\``));
    assert.match(report, /1 snippet, \d+ of 1000 tokens/);
    assert.match(report, /const a = \n```\n[\s\S]*;\n\n```/);
    assert.match(report, /\| recently viewed +\| `c\.ts:1` +\| +\d+ \| another snippet says the same \|/);
    assert.match(report, /\| recently edited +\| `\.env` +\| +\| secret file +\|/);
    assert.match(report, /```json\n\{\n {2}"model": "coder",\n {2}"prompt": "const a = "\n\}\n```/);
    assert.match(report, /Switched off in the settings: clipboard\./);
    assert.match(contextReport(undefined), /Nothing has been sent yet/);
  });
});

describe('A snippet', () => {
  const place = { path: 'a.ts', startLine: 1 };

  it('is nothing without a word', () => {
    for (const text of ['', '\n\n', '}\n)\n', '  ;  ']) assert.equal(makeCandidate('edited', place, text), null, text);
  });

  it('has no minified lines, and an end', () => {
    assert.equal(makeCandidate('viewed', place, `const a = 1;\n${'a,'.repeat(10_000)}`), null);
    const long = makeCandidate('viewed', place, 'const a = 1;\n'.repeat(100_000));
    assert.ok(long !== null && long.tokens < 2_000);
  });

  it('keeps its indentation and loses the blank lines around it', () => {
    assert.equal(makeCandidate('viewed', place, '\r\n\r\n  a1();\r\n\r\n  b1();\r\n\r\n')?.text, '  a1();\n\n  b1();');
  });
});

describe('A key in code', () => {
  const kept = [
    'password: string;',
    'function login(user: User, password: string | null) {',
    'const apiKey = options.apiKey;',
    'readonly secret: Map<string, Uint>',
  ];
  for (const line of kept) {
    it(`is not what “${line}” holds`, () => {
      assert.equal(redactCode(line), line);
    });
  }

  const redacted: [string, string][] = [
    ["const password = 'correct horse';", 'correct'],
    ['API_KEY=abcd1234efgh', 'abcd1234'],
    ['headers: { Authorization: "Bearer abcdefgh12345678" }', 'abcdefgh'],
    ['const key = "sk-proj-1234567890abcdef";', '1234567890'],
    ['postgres://admin:hunter2@db.example/main', 'hunter2'],
  ];
  for (const [line, secret] of redacted) {
    it(`is taken out of “${line}”`, () => {
      const result = redactCode(`before();\n${line}\nafter();`);
      assert.ok(result !== null && !result.includes(secret), String(result));
      assert.match(result, /^before\(\);\n[\s\S]+\nafter\(\);$/);
    });
  }

  it('keeps the whole snippet back where it is a private one', () => {
    assert.equal(redactCode('-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----'), null);
  });
});
