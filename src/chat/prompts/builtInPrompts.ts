import { t } from '../../base/texts.ts';
import type { Prompt } from './promptFile.ts';

type Given = Pick<Prompt, 'name' | 'description' | 'text'> & Partial<Pick<Prompt, 'argumentHint' | 'context'>>;

const CODE = ['code'];

const given: readonly Given[] = [
  {
    name: 'explain',
    get description() {
      return t('Explain the selection or the active file');
    },
    context: CODE,
    text: 'Explain this code: what it does, how it does it, and what to watch out for. Begin with one sentence that says it all.',
  },
  {
    name: 'fix',
    get description() {
      return t('Fix the problems of the selection or the active file');
    },
    context: [...CODE, 'problems'],
    text: 'Find what is wrong with this code and fix it. The problems that the editor reports come along; fix their cause, not their symptom. Give the changed code as a code block with the path of its file right above it, and say in a sentence each what was wrong.',
  },
  {
    name: 'tests',
    get description() {
      return t('Write tests for the selection or the active file');
    },
    context: CODE,
    text: 'Write tests for this code, with the test framework and in the style that the project uses. Cover what it promises, its edges and its errors. Give them as one code block, with the path of the test file on a line of its own right above it.',
  },
  {
    name: 'doc',
    get description() {
      return t('Document the selection or the active file');
    },
    context: CODE,
    text: 'Write doc comments for this code as its language does: what each public thing promises, its units, its errors. Change nothing else. Give the changed code as a code block with the path of its file right above it.',
  },
  {
    name: 'review',
    get description() {
      return t('Review the uncommitted changes');
    },
    context: ['changes'],
    text: 'Review these changes as a careful colleague: errors first, then what will break, leak or surprise, then what could be simpler. For each: the file and line, what is wrong, and what to do. Say nothing about what is fine, and say so if all is.',
  },
  {
    name: 'commit',
    get description() {
      return t('Write a commit message for the uncommitted changes');
    },
    context: ['changes'],
    text: 'Write a git commit message for these changes: a subject of at most 72 characters in the imperative mood, and, where the change needs it, a blank line and a short body that says why. Answer with one code block that holds the message alone.',
  },
];

/** The commands that are always there. `search` and `help` are answered without a model. */
export const builtInPrompts: readonly Prompt[] = [
  ...given.map((prompt): Prompt => ({
    argumentHint: '',
    context: [],
    ...prompt,
    get description() {
      return prompt.description;
    },
    origin: '',
  })),
  {
    name: 'search',
    get description() {
      return t('Search the code by meaning, without a model');
    },
    get argumentHint() {
      return t('what to look for');
    },
    origin: '',
    text: '$ARGUMENTS',
    context: [],
  },
  {
    name: 'help',
    get description() {
      return t('What Sextant’s chat can do');
    },
    argumentHint: '',
    origin: '',
    text: '',
    context: [],
  },
];

/** What `/help` answers, as Markdown. */
export function helpText(prompts: readonly Pick<Prompt, 'name' | 'description' | 'argumentHint'>[]): string {
  const rows = prompts.map(({ name, description, argumentHint }) => {
    const hint = argumentHint === '' ? '' : ` *${escaped(argumentHint)}*`;
    return `- \`/${name}\`${hint} — ${escaped(description)}`;
  });
  return [
    t('Ask anything about your code; Sextant searches the workspace and sends what fits along.'),
    `**${t('Commands')}**`,
    rows.join('\n'),
    `**${t('Context')}**`,
    [
      t(
        'Type `@` for files, folders, symbols, problems, the terminal, changes, web pages and past chats. Paste or drop files and pictures.',
      ),
      t('What goes along stands above the input, with its tokens. Pin it for the whole chat, open it, or remove it.'),
      t('The active file goes along by itself; click its eye to leave it out.'),
    ]
      .map((line) => `- ${line}`)
      .join('\n'),
    t(
      '**Your own commands** are Markdown files in `.sextant/prompts` or `.github/prompts`; rules that always go along are in `AGENTS.md`, `.sextant/rules` and the files that other assistants use.',
    ),
  ].join('\n\n');
}

function escaped(text: string): string {
  return text.replaceAll(/[\\[\]*_`<>&~|]/gu, String.raw`\$&`);
}
