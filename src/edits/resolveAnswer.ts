import { listed, t } from '../base/texts.ts';
import { parseAnswer } from './answer/parseAnswer.ts';
import type { ProposedChange } from './proposedChange.ts';
import type { ResolvedChange } from './resolvedChange.ts';
import { type EditedDocument, combine, resolveChange } from './resolveChange.ts';
import type { SyntaxReader } from './syntaxReader.ts';

/**
 * What a model's answer, or a patch file, comes to in one document: of the changes in it those that are for
 * this document, by the file names that they give. Nothing is written. Never throws for anything in its input.
 */
export async function resolveAnswer(
  answer: string,
  document: EditedDocument,
  syntax: SyntaxReader | null,
): Promise<ResolvedChange> {
  const changes = changesFor(document.path, parseAnswer(answer));
  if (typeof changes === 'string') return { kind: 'refused', hunks: [], reason: 'not for this file', message: changes };
  const resolved: ResolvedChange[] = [];
  for (const change of changes) resolved.push(await resolveChange(change, document, syntax));
  return resolved.length === 1 && resolved[0] !== undefined ? resolved[0] : combine(resolved);
}

/** The changes that are for a file; a sentence when it is not clear that any are. */
function changesFor(path: string, changes: readonly ProposedChange[]): readonly ProposedChange[] | string {
  const shared = changes.map((change) => (change.path === null ? 0 : sharedEnd(change.path, path)));
  const most = Math.max(...shared);
  if (most > 0) {
    const named = changes.filter((_, at) => shared[at] === most);
    const names = new Set(named.map((change) => normalised(change.path ?? '')));
    if (names.size > 1) return t('It is for {0}, and it is not clear which of them this file is.', listed([...names]));
    return joined(named);
  }
  const unnamed = changes.filter((change) => change.path === null);
  const blocks = unnamed.filter((change) => change.kind !== 'code');
  if (blocks.length > 0) return joined(blocks);
  const code = unnamed.filter((change) => change.kind === 'code' && !isCommands(change.language, path));
  if (code.length > 0) return code;
  const [first, ...others] = changes;
  if (first === undefined || first.path === null) return t('There is nothing in it for this file.');
  // What is to be replaced proves by itself that it is in the file; a whole file does not.
  const isOne = others.every((other) => other.path === first.path);
  if (isOne && changes.every(({ kind }) => kind === 'hunks')) return joined(changes);
  return t('It is for {0} and not for this file.', normalised(first.path));
}

/** Hunks that are one after another in one list, so that they are seen as one change. */
function joined(changes: readonly ProposedChange[]): readonly ProposedChange[] {
  const result: ProposedChange[] = [];
  for (const change of changes) {
    const last = result.at(-1);
    if (last?.kind === 'hunks' && change.kind === 'hunks') {
      const problem = last.problem ?? change.problem;
      result[result.length - 1] = { ...last, hunks: [...last.hunks, ...change.hunks], problem };
    } else result.push(change);
  }
  return result;
}

/** How many parts at their ends two paths have in common. */
function sharedEnd(left: string, right: string): number {
  const others = normalised(right).split('/').reverse();
  const parts = normalised(left).split('/').reverse();
  const differs = parts.findIndex((part, at) => part !== others[at]);
  return differs < 0 ? parts.length : differs;
}

function normalised(path: string): string {
  return path.replaceAll('\\', '/').replace(/^(\.?\/)+/, '');
}

/** True for lines to type into a terminal, as answers like to add. */
function isCommands(language: string, path: string): boolean {
  return (
    /^(sh|shell|bash|console|zsh|terminal|powershell|text|output)$/.test(language) &&
    !/\.(sh|bash|zsh|ps1|txt)$/.test(path)
  );
}
