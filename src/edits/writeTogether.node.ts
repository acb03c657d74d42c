import { mkdir, rmdir, unlink } from 'node:fs/promises';
import path from 'node:path';
import { SextantError, errorCode, errorMessage } from '../base/errors.ts';
import { t } from '../base/texts.ts';
import { type EditTarget, editTarget } from './editTarget.node.ts';
import { type TextFile, createTextFile, readTextFile, replaceTextFile } from './textFile.node.ts';

/** What one file is to become. */
export interface TextFileWrite {
  readonly target: EditTarget;
  /** The file as it is; null for one that is to be made. */
  readonly read: TextFile | null;
  readonly newText: string;
}

/**
 * Writes several files, or none: when one cannot be written, those before it get back what they had. Where that
 * fails, too, because somebody else has written meanwhile, the sentence that it throws names the files.
 */
export async function writeTogether(writes: readonly TextFileWrite[]): Promise<void> {
  const undo: { readonly name: string; readonly run: () => Promise<void> }[] = [];
  try {
    for (const each of writes) {
      const name = each.target.name;
      if (each.read === null) {
        const made = await mkdir(path.dirname(each.target.file), { recursive: true });
        if (made !== undefined) undo.push({ name, run: () => removeFolders(path.dirname(each.target.file), made) });
      }
      await write(each);
      undo.push({ name, run: () => putBack(each) });
    }
  } catch (error) {
    const changed: string[] = [];
    for (const { name, run } of undo.reverse()) await run().catch(() => changed.push(name));
    if (changed.length === 0) throw error;
    const message = `${errorMessage(error)} What was written before could not be taken back: ${changed.join(', ')}.`;
    throw new SextantError(errorCode(error), message, { cause: error });
  }
}

async function write({ target, read, newText }: TextFileWrite): Promise<void> {
  // The way to the file may have become another one since it was checked.
  if (editTarget(target.workspace, target.file).file !== target.file) {
    throw new SextantError('conflict', t('{0} leads to another file now. Nothing was written.', target.name));
  }
  if (read !== null) await replaceTextFile(target.file, read, newText);
  else await createTextFile(target.file, newText);
}

async function putBack({ target, read, newText }: TextFileWrite): Promise<void> {
  const now = await readTextFile(target.file);
  if (now.text !== newText) throw new SextantError('conflict', t('{0} was changed meanwhile.', target.name));
  if (read !== null) await replaceTextFile(target.file, now, read.text);
  else await unlink(target.file);
}

/** Removes a folder and those above it up to `last`, as far as they are empty. */
async function removeFolders(folder: string, last: string): Promise<void> {
  for (let place = folder; ; place = path.dirname(place)) {
    await rmdir(place);
    if (place === last) return;
  }
}
