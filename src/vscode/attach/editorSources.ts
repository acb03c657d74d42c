import * as vscode from 'vscode';
import { SextantError } from '../../base/errors.ts';
import { plural, t } from '../../base/texts.ts';
import type { Attached, AttachmentSource } from '../../chat/attach/attachmentSource.ts';
import { redactSecrets } from '../../privacy/redactSecrets.ts';
import type { ContextChoice } from '../../protocol/chatContext.ts';
import { openPassage } from '../editorActions.ts';
import {
  type WorkspaceText,
  directoryOf,
  nameOf,
  placeName,
  placeValue,
  requirePlace,
  workspacePlace,
} from './workspaceText.ts';

/** A longer active file goes along only around the cursor. Characters and lines. */
const WHOLE_FILE = 24_000;
const AROUND = 150;
const PROBLEMS = 200;
/** Of all open editors together. Characters. */
const EDITORS = 250_000;

/** What is in the editors: the selection, the active file, all open ones, and the problems that are known. */
export function editorSources(texts: WorkspaceText): readonly AttachmentSource[] {
  const nothing = (): Promise<readonly ContextChoice[]> => Promise.resolve([]);
  const openPlace = async (value: string): Promise<void> => {
    const place = requirePlace(value);
    await openPassage({ startLine: 1, endLine: 1, ...place });
  };
  return [
    {
      choice: {
        id: 'selection',
        label: t('Selection'),
        detail: t('What is selected in the editor'),
        icon: 'list-selection',
        isSearched: false,
      },
      isFrozen: false,
      find: nothing,
      labelOf: placeName,
      read: async (value) => {
        const selected = value === '' ? selectedLines() : requirePlace(value);
        const { text, place } = await texts.lines(selected);
        return labelled(text, place, placeValue(place));
      },
      open: openPlace,
    },
    {
      choice: {
        id: 'code',
        label: t('Active file'),
        detail: t('What the editor shows'),
        icon: 'file-code',
        isSearched: false,
      },
      isFrozen: false,
      find: nothing,
      labelOf: placeName,
      read: () => readActive(texts),
      open: openPlace,
    },
    {
      choice: {
        id: 'editors',
        label: t('Open editors'),
        detail: t('All files in tabs'),
        icon: 'multiple-windows',
        isSearched: false,
      },
      isFrozen: false,
      find: nothing,
      read: () => readEditors(texts),
      open: async () => {
        await vscode.commands.executeCommand('workbench.action.showAllEditors');
      },
    },
    {
      choice: {
        id: 'problems',
        label: t('Problems'),
        detail: t('Errors and warnings'),
        icon: 'warning',
        isSearched: true,
      },
      isFrozen: false,
      find: (typed) => Promise.resolve(problemChoices(typed)),
      read: (value) => readProblems(value, texts),
      open: async () => {
        await vscode.commands.executeCommand('workbench.actions.view.problems');
      },
    },
  ];
}

/** What the active file is known by now; null where there is none that can go along. */
export function activeValue(editor: vscode.TextEditor | undefined): string | null {
  const place = editor === undefined ? null : workspacePlace(editor.document.uri);
  if (editor === undefined || place === null) return null;
  const lines = linesOf(editor.selection);
  return placeValue(lines === null ? place : { ...place, ...lines });
}

/** The lines of a selection; null for a bare cursor. A selection that ends before a line does not mean that line. */
function linesOf({ start, end, isEmpty }: vscode.Selection): { startLine: number; endLine: number } | null {
  if (isEmpty) return null;
  const isAtStart = end.character === 0 && end.line > start.line;
  return { startLine: start.line + 1, endLine: isAtStart ? end.line : end.line + 1 };
}

function selectedLines(): ReturnType<typeof requirePlace> {
  const editor = vscode.window.activeTextEditor;
  const place = editor === undefined ? null : workspacePlace(editor.document.uri);
  if (editor === undefined || place === null) {
    throw new SextantError('not-found', t('No file of the workspace is open in the editor.'));
  }
  const lines = linesOf(editor.selection);
  if (lines === null) throw new SextantError('not-found', t('Nothing is selected in the editor.'));
  return { ...place, ...lines };
}

async function readActive(texts: WorkspaceText): Promise<Attached> {
  const editor = vscode.window.activeTextEditor;
  const place = editor === undefined ? null : workspacePlace(editor.document.uri);
  if (editor === undefined || place === null) {
    throw new SextantError('not-found', t('No file of the workspace is open in the editor.'));
  }
  const lines = linesOf(editor.selection);
  const document = await texts.document(place);
  const isLong = lines === null && document.getText().length > WHOLE_FILE;
  const cursor = editor.selection.active.line + 1;
  const around = isLong ? { startLine: Math.max(1, cursor - AROUND), endLine: cursor + AROUND } : {};
  const read = await texts.lines({ ...place, ...around, ...lines });
  const isWhole = lines === null && !isLong;
  return isWhole
    ? { ...labelled(read.text, read.place, placeValue(place)), label: nameOf(place.path) }
    : labelled(read.text, read.place, placeValue(read.place));
}

function labelled(text: string, place: Attached['place'] & object, value: string): Attached {
  const { path, startLine, endLine } = place;
  const lines = startLine === endLine ? String(startLine) : `${startLine}-${endLine}`;
  return {
    label: `${nameOf(path)}:${lines}`,
    detail: directoryOf(place),
    place,
    content: { type: 'text', text },
    value,
  };
}

async function readEditors(texts: WorkspaceText): Promise<Attached> {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const uris = tabs.flatMap(({ input }) => (input instanceof vscode.TabInputText ? [input.uri] : []));
  const parts: string[] = [];
  let left = EDITORS;
  for (const uri of new Map(uris.map((each) => [each.toString(), each])).values()) {
    const place = workspacePlace(uri);
    const read = place === null ? null : await texts.lines(place).catch(() => null);
    if (place === null || read === null) continue;
    left -= read.text.length;
    parts.push(left < 0 ? `--- ${place.path} (left out: too much)` : `--- ${place.path}\n${read.text}`);
  }
  if (parts.length === 0) throw new SextantError('not-found', t('No file that can go along is open in an editor.'));
  const count = plural(parts.length, '{0} file', '{0} files');
  return { label: t('Open editors'), detail: count, place: null, content: { type: 'text', text: parts.join('\n') } };
}

function problemChoices(typed: string): readonly ContextChoice[] {
  const words = typed.toLowerCase().split(/\s+/u);
  const files = knownProblems().map(({ place, diagnostics }): ContextChoice => {
    const count = plural(diagnostics.length, '{0} problem', '{0} problems');
    return {
      source: 'problems',
      value: placeValue(place),
      label: nameOf(place.path),
      detail: [count, directoryOf(place)].filter((part) => part !== '').join(' · '),
      icon: 'warning',
    };
  });
  const all: ContextChoice = { source: 'problems', value: '', label: t('All problems'), detail: '', icon: 'warning' };
  return [...(files.length === 0 ? [] : [all]), ...files]
    .filter(({ label, detail }) => words.every((word) => `${label} ${detail}`.toLowerCase().includes(word)))
    .slice(0, 50);
}

interface FileProblems {
  readonly place: NonNullable<ReturnType<typeof workspacePlace>>;
  readonly uri: vscode.Uri;
  readonly diagnostics: readonly vscode.Diagnostic[];
}

/** Errors and warnings of the workspace’s files, those with the most errors first. */
function knownProblems(): readonly FileProblems[] {
  const isError = ({ severity }: vscode.Diagnostic): boolean => severity === vscode.DiagnosticSeverity.Error;
  return vscode.languages
    .getDiagnostics()
    .flatMap(([uri, all]) => {
      const place = workspacePlace(uri);
      const diagnostics = all.filter(({ severity }) => severity <= vscode.DiagnosticSeverity.Warning);
      return place === null || diagnostics.length === 0 ? [] : { place, uri, diagnostics };
    })
    .toSorted((a, b) => b.diagnostics.filter(isError).length - a.diagnostics.filter(isError).length);
}

/** The problems of a file, or of the whole workspace, each with the line that it is about. */
async function readProblems(value: string, texts: WorkspaceText): Promise<Attached> {
  const wanted = value === '' ? null : requirePlace(value);
  const files = knownProblems().filter(
    ({ place }) => wanted === null || (place.path === wanted.path && place.folder === wanted.folder),
  );
  const lines: string[] = [];
  for (const { place, uri, diagnostics } of files) {
    if (lines.length >= PROBLEMS || !(await texts.mayRead(uri))) continue;
    const document = await texts.document(place).catch(() => null);
    for (const { range, message, severity, source } of diagnostics.slice(0, PROBLEMS - lines.length)) {
      const line = range.start.line;
      const code = document !== null && line < document.lineCount ? document.lineAt(line).text.trim() : '';
      const kind = severity === vscode.DiagnosticSeverity.Error ? 'error' : 'warning';
      const from = source === undefined ? '' : ` [${source}]`;
      const told = `${place.path}:${line + 1}:${range.start.character + 1} ${kind}: ${message}${from}`;
      lines.push(code === '' ? told : `${told}\n    ${code.slice(0, 300)}`);
    }
  }
  if (lines.length === 0) throw new SextantError('not-found', t('There are no problems.'));
  return {
    label: wanted === null ? t('Problems') : t('Problems in {0}', nameOf(wanted.path)),
    detail: plural(lines.length, '{0} problem', '{0} problems'),
    place: null,
    content: { type: 'text', text: redactSecrets(lines.join('\n')) },
    value,
  };
}
