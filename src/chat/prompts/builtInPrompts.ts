import type { Prompt } from './promptFile.ts';

type Given = Pick<Prompt, 'name' | 'description' | 'text'> & Partial<Pick<Prompt, 'argumentHint' | 'context'>>;

const CODE = ['code'];

const given: readonly Given[] = [
  {
    name: 'explain',
    description: 'Explain the selection or the active file',
    context: CODE,
    text: 'Explain this code: what it does, how it does it, and what to watch out for. Begin with one sentence that says it all.',
  },
  {
    name: 'fix',
    description: 'Fix the problems of the selection or the active file',
    context: [...CODE, 'problems'],
    text: 'Find what is wrong with this code and fix it. The problems that the editor reports come along; fix their cause, not their symptom. Give the changed code as a code block with the path of its file right above it, and say in a sentence each what was wrong.',
  },
  {
    name: 'tests',
    description: 'Write tests for the selection or the active file',
    context: CODE,
    text: 'Write tests for this code, with the test framework and in the style that the project uses. Cover what it promises, its edges and its errors. Give them as one code block, with the path of the test file on a line of its own right above it.',
  },
  {
    name: 'doc',
    description: 'Document the selection or the active file',
    context: CODE,
    text: 'Write doc comments for this code as its language does: what each public thing promises, its units, its errors. Change nothing else. Give the changed code as a code block with the path of its file right above it.',
  },
  {
    name: 'review',
    description: 'Review the uncommitted changes',
    context: ['changes'],
    text: 'Review these changes as a careful colleague: errors first, then what will break, leak or surprise, then what could be simpler. For each: the file and line, what is wrong, and what to do. Say nothing about what is fine, and say so if all is.',
  },
  {
    name: 'commit',
    description: 'Write a commit message for the uncommitted changes',
    context: ['changes'],
    text: 'Write a git commit message for these changes: a subject of at most 72 characters in the imperative mood, and, where the change needs it, a blank line and a short body that says why. Answer with one code block that holds the message alone.',
  },
];

/** The commands that are always there. `search` and `help` are answered without a model. */
export const builtInPrompts: readonly Prompt[] = [
  ...given.map((prompt) => ({ argumentHint: '', context: [], ...prompt, origin: '' })),
  {
    name: 'search',
    description: 'Search the code by meaning, without a model',
    argumentHint: 'what to look for',
    origin: '',
    text: '$ARGUMENTS',
    context: [],
  },
  { name: 'help', description: 'What Sextant’s chat can do', argumentHint: '', origin: '', text: '', context: [] },
];

/** What `/help` answers, as Markdown. */
export function helpText(prompts: readonly Pick<Prompt, 'name' | 'description' | 'argumentHint'>[]): string {
  const rows = prompts.map(({ name, description, argumentHint }) => {
    const hint = argumentHint === '' ? '' : ` *${escaped(argumentHint)}*`;
    return `- \`/${name}\`${hint} — ${escaped(description)}`;
  });
  return `Ask anything about your code; Sextant searches the workspace and sends what fits along.

**Commands**

${rows.join('\n')}

**Context**

- Type \`@\` for files, folders, symbols, problems, the terminal, changes, web pages and past chats. Paste or drop files and pictures.
- What goes along stands above the input, with its tokens. Pin it for the whole chat, open it, or remove it.
- The active file goes along by itself; click its eye to leave it out.

**Your own commands** are Markdown files in \`.sextant/prompts\` or \`.github/prompts\`; rules that always go along are in \`AGENTS.md\`, \`.sextant/rules\` and the files that other assistants use.`;
}

function escaped(text: string): string {
  return text.replaceAll(/[\\[\]*_`<>&~|]/gu, String.raw`\$&`);
}
