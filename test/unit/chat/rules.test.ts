import assert from 'node:assert/strict';
import fc from 'fast-check';
import { listOf, readFrontMatter, textOf } from '../../../src/chat/frontMatter.ts';
import type { ProjectFile, ProjectFiles } from '../../../src/chat/projectFiles.ts';
import { expandPrompt } from '../../../src/chat/prompts/expandPrompt.ts';
import { PromptBook } from '../../../src/chat/prompts/promptBook.ts';
import { RuleBook } from '../../../src/chat/rules/ruleBook.ts';

describe('front matter', () => {
  it('is read with lists, quotes and comments, as its tools write it', () => {
    const text =
      '---\r\ndescription: "Styles: all"  # note\nglobs: **/*.{css,scss}, src/*.ts\nalwaysApply: false\npaths:\n  - a/**\n  - "b c/*"\n---\n\nBody\n';
    const { fields, body } = readFrontMatter(text);
    assert.equal(textOf(fields.get('description')), 'Styles: all');
    assert.deepEqual(listOf(fields.get('globs')), ['**/*.{css,scss}', 'src/*.ts']);
    assert.equal(textOf(fields.get('alwaysapply')), 'false');
    assert.deepEqual(listOf(fields.get('paths')), ['a/**', 'b c/*']);
    assert.equal(body, 'Body');
  });

  it('is nothing where a file only begins like it', () => {
    assert.equal(readFrontMatter('---\nno end').body, '---\nno end');
    assert.equal(readFrontMatter('# Title').fields.size, 0);
  });

  it('never throws', () => {
    const piece = fc.constantFrom('---\n', 'a: ', '[', ']', '{', ',', '"', "'", '\n', '- ', 'x', '#', ':');
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        readFrontMatter(`---\n${pieces.join('')}`);
      }),
    );
  });
});

/** Files in memory. */
function project(files: Readonly<Record<string, string>>): ProjectFiles {
  return {
    find: (globs) => {
      const isPrompts = globs.some((glob) => glob.includes('prompts'));
      const paths = Object.keys(files).filter((path) => path.includes('prompts') === isPrompts);
      return Promise.resolve(paths.map((path) => ({ folder: '/w', path })));
    },
    read: ({ path }) => {
      const text = files[path] ?? '';
      return text === 'BROKEN' ? Promise.reject(new Error(`${path} is too large to be used.`)) : Promise.resolve(text);
    },
  };
}

async function book(files: Readonly<Record<string, string>>): Promise<RuleBook> {
  let off: readonly string[] = [];
  const rules = new RuleBook({
    files: project(files),
    countTokens: (texts) => Promise.resolve(texts.map(({ length }) => length)),
    switchedOff: () => off,
    saveSwitchedOff: (ids) => {
      off = ids;
    },
  });
  await rules.refresh();
  return rules;
}

describe('the rules of a workspace', () => {
  const files = {
    'AGENTS.md': 'root',
    'src/AGENTS.md': 'in src',
    'src/deep/AGENTS.md': 'in deep',
    'CLAUDE.md': 'claude',
    '.github/copilot-instructions.md': 'copilot',
    '.github/instructions/css.instructions.md': '---\napplyTo: "**/*.css,**/*.scss"\n---\ncss rules',
    '.github/instructions/ask.instructions.md': 'only when asked',
    '.cursorrules': 'cursor',
    '.cursor/rules/py.mdc': '---\ndescription: Python\nglobs: *.py\nalwaysApply: false\n---\npython',
    '.cursor/rules/all.mdc': '---\nalwaysApply: true\n---\nfor all',
    '.clinerules/one.md': 'cline',
    '.windsurfrules': 'windsurf',
    '.continue/rules/c.md': '---\nglobs: ["**/*.rs"]\n---\nrust',
    '.sextant/rules/s.md': 'sextant',
    'huge/AGENTS.md': 'BROKEN',
    'empty/AGENTS.md': '',
  };
  const sent = async (rules: RuleBook, ...paths: string[]): Promise<string[]> => {
    const places = paths.map((path): ProjectFile => ({ folder: '/w', path }));
    return (await rules.rulesFor(places)).map(({ text }) => text);
  };
  const always = ['windsurf', 'cursor', 'claude', 'copilot', 'for all', 'cline', 'sextant', 'root'];

  it('that are for everything always go along', async () => {
    assert.deepEqual((await sent(await book(files))).toSorted(), always.toSorted());
  });

  it('of a folder go along with its files, the nearest last', async () => {
    const texts = await sent(await book(files), 'src/deep/a.ts');
    assert.ok(texts.indexOf('root') < texts.indexOf('in src'));
    assert.equal(texts.at(-1), 'in deep');
    assert.ok(!(await sent(await book(files), 'srcx/a.ts')).includes('in src'));
  });

  it('with globs go along with what they match', async () => {
    const rules = await book(files);
    assert.ok((await sent(rules, 'a/b/x.scss')).includes('css rules'));
    assert.ok((await sent(rules, 'tools/x.py')).includes('python'));
    assert.ok((await sent(rules, 'x.rs')).includes('rust'));
    assert.ok(!(await sent(rules, 'x.ts')).some((text) => ['css rules', 'python', 'rust'].includes(text)));
  });

  it('of another folder of the workspace do not', async () => {
    const rules = await book(files);
    assert.deepEqual((await rules.rulesFor([{ folder: '/other', path: 'src/a.ts' }])).length, always.length);
  });

  it('are switched off and on', async () => {
    const rules = await book(files);
    rules.switchRule('CLAUDE.md', false);
    assert.ok(!(await sent(rules)).includes('claude'));
    assert.equal(rules.choices([]).find(({ id }) => id === 'CLAUDE.md')?.isOn, false);
    rules.switchRule('CLAUDE.md', true);
    assert.ok((await sent(rules)).includes('claude'));
  });

  it('that cannot be read are shown with the reason, empty ones not at all', async () => {
    const choices = (await book(files)).choices([]);
    assert.match(choices.find(({ id }) => id === 'huge/AGENTS.md')?.problem ?? '', /too large/);
    assert.equal(
      choices.find(({ id }) => id === 'empty/AGENTS.md'),
      undefined,
    );
  });

  it('come to no more than a part of a prompt', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 9 }, (_, at) => [`.sextant/rules/${at}.md`, 'x'.repeat(4_000)]),
    );
    assert.equal((await sent(await book(many))).length, 5);
  });
});

describe('a prompt', () => {
  const variables = { selection: 'SEL $1', file: 'src/a.ts', language: 'ts', workspaceFolder: 'w', date: '2026-11-22' };
  const cases: [text: string, typed: string, expanded: string][] = [
    ['Explain.', '', 'Explain.'],
    ['Explain.', 'this part', 'Explain.\n\nthis part'],
    ['Find $ARGUMENTS now', 'a b', 'Find a b now'],
    ['From $1 to $2', '"one two" three', 'From one two to three'],
    ['${input:from:Where from?} to ${input:to}', 'here the far end', 'here to the far end'],
    ['${file} ${fileBasename} ${language} ${date}', '', 'src/a.ts a.ts ts 2026-11-22'],
    ['${selection}', 'x', 'SEL $1\n\nx'],
    ['cost: $10 and ${unknown}', '', 'cost: $10 and ${unknown}'],
  ];
  for (const [text, typed, expanded] of cases) {
    it(`“${text}” with “${typed}”`, () => {
      assert.equal(expandPrompt(text, typed, variables), expanded);
    });
  }

  it('of the user’s own comes from Markdown files, before a built-in one of its name', async () => {
    const prompts = new PromptBook(
      project({
        '.sextant/prompts/release.md': '---\ndescription: Notes\nargument-hint: version\n---\nNotes for $1',
        '.github/prompts/fix.prompt.md': 'My own fix',
        '.sextant/prompts/bad name!.md': 'x',
        '.sextant/prompts/broken.md': 'BROKEN',
      }),
    );
    await prompts.refresh();
    const release = prompts.choices().find(({ name }) => name === 'release');
    assert.deepEqual([release?.description, release?.argumentHint], ['Notes', 'version']);
    assert.equal((await prompts.find('/fix it'))?.prompt.text, 'My own fix');
    assert.equal((await prompts.find('/fix it'))?.typed, 'it');
    assert.equal(await prompts.find('/nothing'), null);
    assert.equal(await prompts.find('a /fix'), null);
    assert.ok(prompts.choices().every(({ name }) => name !== 'broken'));
  });
});
