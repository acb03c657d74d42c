import { lstatSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { SextantError } from '../base/errors.ts';
import { t } from '../base/texts.ts';
import { isSecretFile } from '../privacy/secretFiles.ts';

/** A file that a change may be written to. */
export interface EditTarget {
  /** The real path, with no link in it. */
  readonly file: string;
  /** The real path of the workspace that it is in. */
  readonly workspace: string;
  /** Relative to the workspace, with `/`. */
  readonly name: string;
  readonly exists: boolean;
}

/** Folders whose files decide what programs do: no answer of a model writes there. */
const forbiddenFolders = /^(\.git|git~\d|\.vscode|vscode~\d)$/;

/**
 * Checks that a change may be written to a file of the workspace: no way out of it, neither by `..` nor by a
 * link, nothing in `.git` or `.vscode`, no secret file, no device or folder. Throws a sentence otherwise. What it
 * found can change before the file is written; `writeTextFile` looks again.
 */
export function editTarget(workspace: string, file: string): EditTarget {
  const root = realpathSync(workspace);
  const typed = path.resolve(workspace, file);
  const inside = relativeInside(path.resolve(workspace), typed) ?? relativeInside(root, typed);
  if (inside === null || inside === '') throw refused(t('Nothing was changed: {0} is outside of the workspace.', file));
  checkName(file, inside);
  const place = existing(path.join(root, inside));
  const real = path.join(realpathSync(place.path), place.missing);
  const name = relativeInside(root, real);
  if (name === null || name === '')
    throw refused(t('Nothing was changed: {0} leads out of the workspace through a link.', file));
  checkName(file, name);
  if (place.missing === '') checkKind(file, real);
  return { file: real, workspace: root, name: name.replaceAll(path.sep, '/'), exists: place.missing === '' };
}

/**
 * A path that an answer names, for use below a workspace. Throws a sentence for one that is absolute, leads
 * upwards or is no name of a file.
 */
export function namedPath(written: string): string {
  const name = written.replaceAll('\\', '/');
  if (/^([/~]|[A-Za-z]:)/.test(name))
    throw refused(
      t('Nothing was changed: {0} is an absolute path; only files of the workspace can be changed.', written),
    );
  if (name.split('/').includes('..')) throw refused(t('Nothing was changed: {0} leads out of the workspace.', written));
  if (name === '' || name.length > 1000 || /[\u0000-\u001f\u007f]/.test(name))
    throw refused(t('Nothing was changed: {0} is no name of a file.', written.slice(0, 80)));
  return name;
}

function checkName(typed: string, inside: string): void {
  const parts = inside.split(/[/\\]/);
  if (parts.some((part) => forbiddenFolders.test(plainName(part)))) {
    throw refused(t('Nothing was changed: {0} is in .git or .vscode, where Sextant changes nothing.', typed));
  }
  if (isSecretFile(inside))
    throw refused(
      t('Nothing was changed: {0} is a file that usually holds secrets, which Sextant does not change.', typed),
    );
}

/** A name as the file systems see it that ignore case, some invisible characters, and dots and spaces at the end. */
function plainName(part: string): string {
  return part
    .replace(/[\u200b-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, '')
    .replace(/:.*$|[. ]+$/g, '')
    .toLowerCase();
}

/** The nearest part of a path that is there, and what is missing below it. A link that leads nowhere is there. */
function existing(file: string): { readonly path: string; readonly missing: string } {
  let place = file;
  let missing = '';
  while (lstatSync(place, { throwIfNoEntry: false }) === undefined) {
    missing = path.join(path.basename(place), missing);
    place = path.dirname(place);
  }
  return { path: place, missing };
}

function checkKind(typed: string, real: string): void {
  const stats = statSync(real);
  if (stats.isDirectory()) throw refused(t('Nothing was changed: {0} is a folder.', typed));
  if (!stats.isFile()) throw refused(t('Nothing was changed: {0} is not a file but a device or the like.', typed));
}

/** The path below a folder; null when it is not below it. */
function relativeInside(folder: string, file: string): string | null {
  const relative = path.relative(folder, file);
  return relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative) ? null : relative;
}

function refused(message: string): SextantError {
  return new SextantError('invalid', message);
}
