/** A file of the workspace. */
export interface ProjectFile {
  /** Absolute path of the workspace folder; empty for what lies in the user’s own folder. */
  readonly folder: string;
  /** Relative to it, with `/`. */
  readonly path: string;
}

/** Files of rules and prompts, wherever they are kept. None in a workspace that the user does not trust. */
export interface ProjectFiles {
  /** At most some hundred. */
  find(globs: readonly string[]): Promise<readonly ProjectFile[]>;
  /** Throws a sentence where it cannot be read, is no text or has more than `limitBytes`. */
  read(file: ProjectFile, limitBytes: number): Promise<string>;
}

/** The file as people name it: with its folder’s name before it where there are several folders. */
export function projectFileName({ folder, path }: ProjectFile, files: readonly ProjectFile[]): string {
  const hasSeveral = new Set(files.map((file) => file.folder)).size > 1;
  return hasSeveral && folder !== '' ? `${/[^/\\]*$/u.exec(folder)?.[0] ?? ''}/${path}` : path;
}
