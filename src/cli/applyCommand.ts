import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import type { Command } from 'commander';
import { SextantError } from '../base/errors.ts';
import { parseAnswer } from '../edits/answer/parseAnswer.ts';
import { type EditTarget, editTarget, namedPath } from '../edits/editTarget.node.ts';
import { rebaseEdits } from '../edits/rebaseEdits.ts';
import { resolveAnswer } from '../edits/resolveAnswer.ts';
import type { ResolvedChange } from '../edits/resolvedChange.ts';
import type { SyntaxReader } from '../edits/syntaxReader.ts';
import { applyTextEdits } from '../edits/textEdit.ts';
import { readTextFile } from '../edits/textFile.node.ts';
import { unifiedDiff } from '../edits/unifiedDiff.ts';
import { WorkBudget } from '../edits/workBudget.ts';
import { type TextFileWrite, writeTogether } from '../edits/writeTogether.node.ts';
import { Grammars } from '../index/chunks/grammars.node.ts';
import { syntaxReader } from '../index/chunks/outlineFile.node.ts';
import { UsageError, notEmpty } from './options.ts';
import type { Surroundings } from './surroundings.ts';

interface ApplyOptions {
  readonly patch: string;
  readonly dryRun?: true;
  readonly json?: true;
  readonly workspace?: string;
  readonly base?: string;
}

/** `sextant apply FILE --patch PATCHFILE` */
export function addApplyCommand(program: Command, surroundings: Surroundings): void {
  program
    .command('apply')
    .summary('make the change in a file that an answer of a model, or a patch, describes')
    .description(
      'Takes search/replace blocks, unified diffs, code with “… existing code …” and whole files, also when they are ' +
        'not exact. Where the place of a change is not certain, nothing is written and the reason is shown. FILE can ' +
        'be a folder: then the answer has to name its files. Nothing leaves this machine.',
    )
    .argument('<FILE>', 'the file to change, or the folder that the files of the answer are in', notEmpty)
    .requiredOption('--patch <PATCHFILE>', 'the answer or patch; - reads it from standard input', notEmpty)
    .option('--dry-run', 'write nothing, and print the change as a diff')
    .option('--base <BASEFILE>', 'FILE as it was when the answer was made: what has changed since stays', notEmpty)
    .option(
      '--workspace <DIR>',
      'the folder that nothing is written outside of (default: the repository of FILE)',
      notEmpty,
    )
    .option('--json', 'print what was done as one object')
    .action((file: string, options: ApplyOptions) => apply(file, options, surroundings));
}

/** What is to become of one file. */
interface Plan extends TextFileWrite {
  readonly resolved: ResolvedChange;
}

async function apply(typed: string, options: ApplyOptions, { terminal, assetDirectory }: Surroundings): Promise<void> {
  const answer = options.patch === '-' ? await readAll(process.stdin) : readAnswer(options.patch);
  if (answer.trim() === '') throw new UsageError('The patch is empty.');
  const syntax = syntaxReader(new Grammars(assetDirectory));
  const plans: Plan[] = [];
  for (const target of targets(typed, answer, options)) plans.push(await plan(target, answer, options, syntax));
  const refused = plans.find(({ resolved }) => resolved.kind === 'refused');
  const writes = plans.filter(({ resolved }) => resolved.kind === 'edits');
  if (refused === undefined && options.dryRun !== true) await writeTogether(writes);
  if (options.json === true) terminal.printJson(plans.map((each) => toJson(each, refused !== undefined, options)));
  if (refused?.resolved.kind === 'refused') {
    throw new SextantError('conflict', `Nothing was changed in ${refused.target.name}. ${refused.resolved.message}`);
  }
  if (options.json === true) return;
  for (const { target, read, resolved, newText } of plans) {
    if (resolved.kind === 'nothing to do') terminal.note(`${target.name}: ${resolved.message}`);
    else if (options.dryRun === true) terminal.print(unifiedDiff(target.name, read?.text ?? '', newText));
    else terminal.print(`${target.name}: ${inWords(resolved)}\n`);
  }
}

/** A file with an answer, or a pipe; what of it is no text is not found in the file that it is for. */
function readAnswer(file: string): string {
  try {
    const bytes = readFileSync(file);
    const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
    return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(bytes);
  } catch (cause) {
    throw new SextantError('not-found', `The patch ${file} cannot be read.`, { cause });
  }
}

/** The files that the command line and the answer mean, each checked. */
function targets(typed: string, answer: string, options: ApplyOptions): EditTarget[] {
  const file = path.resolve(typed);
  if (!existsSync(file) || !statSync(file).isDirectory()) {
    const workspace = options.workspace ?? repositoryOf(path.dirname(file));
    if (!existsSync(workspace)) throw new SextantError('not-found', `There is no folder ${workspace}.`);
    return [editTarget(workspace, file)];
  }
  if (options.base !== undefined) throw new UsageError('--base goes with one FILE, and this is a folder.');
  const named = new Set(parseAnswer(answer).map((change) => change.path));
  if (named.has(null)) throw new UsageError(`The answer does not name its file. Say which one of ${typed} it is for.`);
  const names = [...named].filter((name) => name !== null).map(namedPath);
  return names.map((name) => editTarget(options.workspace ?? file, path.join(file, name)));
}

function repositoryOf(folder: string): string {
  for (let place = folder; ; place = path.dirname(place)) {
    if (existsSync(path.join(place, '.git'))) return place;
    if (path.dirname(place) === place) return folder;
  }
}

async function plan(target: EditTarget, answer: string, options: ApplyOptions, syntax: SyntaxReader): Promise<Plan> {
  const read = target.exists ? await readTextFile(target.file) : null;
  const text = read?.text ?? '';
  const base = options.base === undefined ? text : await readBase(options.base);
  const resolved = await resolveAnswer(answer, { path: target.name, text: base }, syntax);
  if (resolved.kind === 'refused' && read === null) {
    const message = `There is no such file, and the answer does not hold the whole of it. ${resolved.message}`;
    return { target, read, resolved: { ...resolved, message }, newText: text };
  }
  if (resolved.kind !== 'edits') return { target, read, resolved, newText: text };
  const edits = rebaseEdits(base, resolved.edits, text, new WorkBudget());
  if (edits === null) {
    const message = 'The lines that it changes were changed in the file meanwhile.';
    return {
      target,
      read,
      resolved: { kind: 'refused', hunks: resolved.hunks, reason: 'overlap', message },
      newText: text,
    };
  }
  return { target, read, resolved, newText: applyTextEdits(text, edits) };
}

async function readBase(file: string): Promise<string> {
  if (!existsSync(file)) throw new SextantError('not-found', `There is no file ${file}.`);
  return (await readTextFile(realpathSync(file))).text;
}

function inWords({ hunks }: ResolvedChange): string {
  const located = hunks.flatMap((hunk) => (hunk.kind === 'located' ? [hunk] : []));
  const lines = located.map(({ startLine, endLine }) => (endLine > startLine ? `${startLine}-${endLine}` : startLine));
  const already = hunks.length - located.length;
  const count = located.length === 1 ? '1 change' : `${located.length} changes`;
  return `${count} made, at line ${lines.join(', ')}${already > 0 ? `; ${already} were there already` : ''}`;
}

function toJson({ target, resolved }: Plan, isRefused: boolean, { dryRun }: ApplyOptions): object {
  const isWritten = resolved.kind === 'edits' && !isRefused && dryRun !== true;
  return {
    file: target.name,
    result: resolved.kind,
    written: isWritten,
    reason: resolved.kind === 'refused' ? resolved.reason : null,
    message: resolved.kind === 'edits' ? null : resolved.message,
    hunks: resolved.hunks.map((hunk) => ({
      answerLine: hunk.answerLine,
      result: hunk.kind,
      startLine: hunk.kind === 'refused' ? null : hunk.startLine,
      endLine: hunk.kind === 'located' ? hunk.endLine : null,
      by: hunk.kind === 'located' ? hunk.by : null,
      certainty: hunk.kind === 'located' ? Number(hunk.certainty.toFixed(3)) : null,
      message: hunk.kind === 'refused' ? hunk.message : null,
    })),
  };
}
