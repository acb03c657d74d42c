import { languageOf } from '../chunks/languages.ts';
import { isTestOrExample } from '../files/fileKinds.ts';
import type { IndexedFile } from '../search/catalogue.ts';

/** Copied from elsewhere or made by a tool, and in the index all the same. */
const othersCode =
  /(^|\/)(vendor|vendored|third[-_]?party|external|deps|dist|build|generated|gen|migrations|locales?)\//i;

/** Files in the order in which a model that takes its time is to embed them: those that most questions are about first. */
export function embeddingOrder(
  files: Iterable<IndexedFile>,
  open: ReadonlySet<string>,
  nearOpen: ReadonlySet<string>,
): IndexedFile[] {
  return [...files]
    .map((file) => ({ file, class: classOf(file, open, nearOpen) }))
    .sort((a, b) => a.class - b.class || b.file.modifiedUs - a.file.modifiedUs || (a.file.path < b.file.path ? -1 : 1))
    .map(({ file }) => file);
}

/** Smaller comes first. */
function classOf({ path }: IndexedFile, open: ReadonlySet<string>, nearOpen: ReadonlySet<string>): number {
  if (open.has(path)) return 0;
  if (nearOpen.has(path)) return 1;
  const { chunking } = languageOf(path);
  const isCode = chunking.by === 'syntax';
  if (othersCode.test(path)) return 6;
  if (isCode) return isTestOrExample(path) ? 4 : 2;
  return chunking.by === 'headings' ? 3 : 5;
}
