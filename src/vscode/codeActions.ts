import * as vscode from 'vscode';
import { t } from '../base/texts.ts';
import { type CommandId, commands } from '../manifest.ts';
import type { EditRequest } from './inlineEdit.ts';

/** Commands that change the code they are run on, and what they ask for. */
const instructions = {
  [commands.documentCode]: 'Document this code as its language does (doc comments). Change nothing else.',
  [commands.refactorCode]:
    'Refactor this code: better names, smaller pieces, no repetition. Its behaviour must not change.',
  [commands.simplifyCode]: 'Simplify this code as far as it stays clear. Its behaviour must not change.',
  [commands.commentToCode]: 'Write the code that the comment describes, below the comment. Keep the comment.',
} as const;

/** What an action is about: from the lightbulb its place, from a menu or the palette nothing. */
export interface CodeActionTarget {
  readonly uri: vscode.Uri;
  readonly range: vscode.Range;
  readonly problems: readonly string[];
}

const MOST_PROBLEM_CHARACTERS = 400;

/** Puts Sextant's actions into the lightbulb: a fix for problems, changes for a selection or a comment. */
export function registerCodeActions(): vscode.Disposable {
  const provider: vscode.CodeActionProvider = {
    provideCodeActions: (document, range, { diagnostics, triggerKind, only }) => {
      const actions: vscode.CodeAction[] = [];
      const add = (title: string, kind: vscode.CodeActionKind, command: CommandId, about: CodeActionTarget): void => {
        if (only !== undefined && !only.contains(kind)) return;
        const action = new vscode.CodeAction(title, kind);
        action.command = { command, title, arguments: [about] };
        actions.push(action);
      };
      const target: CodeActionTarget = { uri: document.uri, range, problems: [] };
      if (diagnostics.length > 0) {
        const problems = diagnostics.map(({ message }) => message.slice(0, MOST_PROBLEM_CHARACTERS));
        add(t('Fix with Sextant'), vscode.CodeActionKind.QuickFix, commands.fixProblem, { ...target, problems });
        add(t('Ask Sextant about this problem'), vscode.CodeActionKind.QuickFix, commands.askAboutProblem, {
          ...target,
          problems,
        });
      }
      const isComment = commentLine.test(document.lineAt(range.start.line).text);
      if (isComment) add(t('Turn comment into code with Sextant'), rewrite, commands.commentToCode, target);
      // A lightbulb at every line would be noise.
      if (!range.isEmpty || triggerKind === vscode.CodeActionTriggerKind.Invoke) {
        add(t('Document with Sextant'), rewrite, commands.documentCode, target);
        add(t('Refactor with Sextant'), rewrite, commands.refactorCode, target);
        add(t('Simplify with Sextant'), rewrite, commands.simplifyCode, target);
        add(t('Explain with Sextant'), rewrite, commands.explainCode, target);
        add(t('Write tests with Sextant'), rewrite, commands.writeTests, target);
      }
      return actions;
    },
  };
  const metadata = { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix, rewrite] };
  return vscode.languages.registerCodeActionsProvider([{ scheme: 'file' }, { scheme: 'untitled' }], provider, metadata);
}

const rewrite = vscode.CodeActionKind.RefactorRewrite;
const commentLine = /^\s*(?:\/\/|#(?!include|define|if|pragma)|--|\/\*|\*|;|<!--)/;

/** What *Edit Here* is to do for a command that changes code; undefined without an editor. */
export function editRequest(
  command: keyof typeof instructions | typeof commands.fixProblem,
  argument: unknown,
): EditRequest | undefined {
  const target = targetOf(argument);
  if (target === undefined) return undefined;
  const { uri, range, problems } = target;
  if (command !== commands.fixProblem) return { uri, range, instruction: instructions[command] };
  const what = problems.length === 1 ? 'this problem' : 'these problems';
  const instruction = `Fix ${what}: ${problems.join(' — ')}`;
  // The problem’s own range is a word; what it stands in is what has to change.
  return { uri, range: new vscode.Range(range.start, range.start), instruction };
}

/** The question that the chat is asked about code, with the code in it; undefined without an editor. */
export async function codeQuestion(
  command: typeof commands.explainCode | typeof commands.writeTests,
  argument: unknown,
): Promise<
  | { readonly document: vscode.TextDocument; readonly range: vscode.Range; readonly ask: (code: string) => string }
  | undefined
> {
  const target = targetOf(argument);
  if (target === undefined) return undefined;
  const document = await vscode.workspace.openTextDocument(target.uri);
  const path = vscode.workspace.asRelativePath(target.uri);
  const what =
    command === commands.explainCode
      ? `Explain this code of \`${path}\`: what it does, how, and what to watch out for.`
      : `Write tests for this code of \`${path}\`, with the test framework that the project uses. Give them as one code block, and the path of the test file on a line of its own right above it.`;
  return {
    document,
    range: target.range,
    ask: (code) => {
      const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map(([run]) => run.length));
      const fence = '`'.repeat(longest + 1);
      return `${what}\n\n${fence}${document.languageId}\n${code}\n${fence}`;
    },
  };
}

function targetOf(argument: unknown): CodeActionTarget | undefined {
  if (typeof argument === 'object' && argument !== null && 'problems' in argument) return argument as CodeActionTarget;
  const editor = vscode.window.activeTextEditor;
  return editor === undefined ? undefined : { uri: editor.document.uri, range: editor.selection, problems: [] };
}
