/** What variables of a prompt stand for; what there is not is empty. */
export interface PromptVariables {
  /** What is selected in the active editor. */
  readonly selection: string;
  /** The active file, relative to its workspace folder. */
  readonly file: string;
  /** Its language as VS Code names it. */
  readonly language: string;
  /** The workspace folder’s name. */
  readonly workspaceFolder: string;
  /** Today, as `2026-11-22`. */
  readonly date: string;
}

/**
 * The text of a prompt with its variables put in, once: what is put in is not looked through again. `$ARGUMENTS` and
 * `${input}` are all that was typed after the command; `$1` to `$9` its words, in quotes where one has spaces;
 * `${input:name}` and `${input:name:what to type}` take the words in the order in which the names come, the last
 * of them all that is left. A prompt without any of these has what was typed at its end.
 */
export function expandPrompt(text: string, typed: string, variables: PromptVariables): string {
  const all = typed.trim();
  const words = splitWords(all);
  const names = [...new Set(Array.from(text.matchAll(inputs), ([, name = '']) => name))];
  const used = { isInput: false };
  const expanded = text.replaceAll(
    /\$ARGUMENTS\b|\$([1-9])(?!\d)|\$\{([a-zA-Z]+)(?::([^}:]{0,100})(?::[^}]{0,300})?)?\}/gu,
    (whole: string, digit: string | undefined, variable: string | undefined, argument: string | undefined) => {
      if (variable !== undefined && variable !== 'input') return variableOf(variable, variables) ?? whole;
      used.isInput = true;
      if (digit !== undefined) return words[Number(digit) - 1] ?? '';
      return argument === undefined ? all : input(argument);
    },
  );
  return used.isInput || all === '' ? expanded : `${expanded}\n\n${all}`;

  function input(name: string): string {
    const at = names.indexOf(name);
    return at === names.length - 1 ? words.slice(at).join(' ') : (words[at] ?? '');
  }
}

/** Undefined for what is no variable, and stays as it stands. */
function variableOf(name: string, variables: PromptVariables): string | undefined {
  switch (name) {
    case 'selection':
    case 'selectedText':
      return variables.selection;
    case 'file':
    case 'relativeFile':
      return variables.file;
    case 'fileBasename':
      return variables.file.slice(variables.file.lastIndexOf('/') + 1);
    case 'workspaceFolder':
    case 'workspaceFolderBasename':
      return variables.workspaceFolder;
    case 'language':
      return variables.language;
    case 'date':
      return variables.date;
    default:
      return undefined;
  }
}

const inputs = /\$\{input:([^}:]{0,100})(?::[^}]{0,300})?\}/gu;

/** Words, of which one in quotes may have spaces. */
function splitWords(text: string): string[] {
  return Array.from(text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/gu), ([, double, single, bare]) => {
    return double ?? single ?? bare ?? '';
  });
}
