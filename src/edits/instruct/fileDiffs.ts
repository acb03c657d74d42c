/** One file of a diff. */
export interface FileDiff {
  readonly path: string;
  readonly diff: string;
}

/**
 * Cuts what `git diff` prints into its files, whichever prefixes its settings give to their names (`diff.noprefix`,
 * `diff.mnemonicPrefix`). A file whose name cannot be told is left out, for nobody could say whether it holds secrets.
 */
export function splitDiff(diff: string): FileDiff[] {
  return diff.split(/^(?=diff --git )/m).flatMap((part) => {
    const path = part.startsWith('diff --git ') ? pathOf(part) : null;
    return path === null ? [] : [{ path, diff: part.trimEnd() }];
  });
}

/** See “generating patch text with -p” in git’s manual: both names of its first line are the same but for renames. */
function pathOf(part: string): string | null {
  const [header = ''] = part.split(/^(?:@@|Binary|GIT binary)/m, 1);
  const moved = /^(?:rename|copy) to (.+)$/m.exec(header)?.[1];
  if (moved !== undefined) return unquoted(moved);
  const names = (/^diff --git (.+)$/m.exec(header)?.[1] ?? '').trimEnd();
  const [, ...quoted] = /^("(?:[^"\\]|\\.)*") ("(?:[^"\\]|\\.)*")$/.exec(names) ?? [];
  const half = (names.length - 1) / 2;
  const pair = quoted.length > 0 ? quoted : [names.slice(0, half), names.slice(half + 1)];
  const [older = '', newer = ''] = pair.map(unquoted);
  if (older === newer) return newer === '' ? null : newer;
  const isPrefixed = /^[a-z]\/./.test(older) && /^[a-z]\/./.test(newer) && older.slice(2) === newer.slice(2);
  return isPrefixed ? newer.slice(2) : null;
}

/** A name as git writes it: in quotes, with bytes as octal numbers, where it is not plain. */
function unquoted(name: string): string {
  if (!name.startsWith('"')) return name;
  const bytes: number[] = [];
  for (const [part, escaped] of name.slice(1, -1).matchAll(/\\([0-7]{3}|.)|[^\\]/gsu)) {
    if (escaped === undefined) bytes.push(...new TextEncoder().encode(part));
    else if (escaped.length === 3) bytes.push(Number.parseInt(escaped, 8));
    else bytes.push(...new TextEncoder().encode({ t: '\t', n: '\n', r: '\r' }[escaped] ?? escaped));
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}
