import { pathFilter } from '../../base/globs/pathFilter.ts';
import { t } from '../../base/texts.ts';
import { listOf, readFrontMatter, textOf } from '../frontMatter.ts';

/** Where a file of rules lies, relative to its workspace folder. */
export interface RulePlace {
  /** Absolute path of the workspace folder. */
  readonly folder: string;
  /** Relative to the folder, with `/`. */
  readonly path: string;
}

/** A file of rules, read. */
export interface RuleFile extends RulePlace {
  readonly text: string;
  readonly scope: RuleScope;
}

/** For what rules are meant. */
export type RuleScope =
  | { readonly kind: 'always' }
  /** For files below a folder, relative to the workspace folder. */
  | { readonly kind: 'folder'; readonly directory: string }
  | { readonly kind: 'globs'; readonly globs: readonly string[] }
  /** Only when somebody asks for it. */
  | { readonly kind: 'manual' };

/** Globs, relative to a workspace folder, that find all files of rules. */
export const ruleGlobs = [
  '**/AGENTS.md',
  '**/CLAUDE.md',
  '.github/copilot-instructions.md',
  '.github/instructions/**/*.instructions.md',
  '.cursorrules',
  '**/.cursor/rules/**/*.mdc',
  '.clinerules',
  '.clinerules/**/*.md',
  '.windsurfrules',
  '.windsurf/rules/**/*.md',
  '.continue/rules/**/*.md',
  '.sextant/rules/**/*.md',
] as const;

/** A longer file is no set of rules for a model. Bytes. */
export const ruleFileLimit = 200_000;

/** What a file of rules says, and for what; by its name, and by its front matter as the tool it comes from writes it. */
export function readRuleFile({ folder, path }: RulePlace, text: string): RuleFile {
  const { fields, body } = readFrontMatter(text);
  return { folder, path, text: body, scope: scopeOf(path, fields) };
}

/** True where the rules go along with a question about these files, whose paths are relative to the same folder. */
export function rulesApply({ scope }: RuleFile, files: readonly string[]): boolean {
  switch (scope.kind) {
    case 'always':
      return true;
    case 'folder':
      return files.some((file) => file.startsWith(`${scope.directory}/`));
    case 'globs':
      return files.some(pathFilter(scope.globs));
    case 'manual':
      return false;
  }
}

/** When the rules go along, in a few words. */
export function describeScope(scope: RuleScope): string {
  switch (scope.kind) {
    case 'always':
      return 'always';
    case 'folder':
      return t('for {0}', scope.directory);
    case 'globs':
      return t('for {0}', scope.globs.join(', '));
    case 'manual':
      return t('only when attached');
  }
}

/**
 * In the order in which they are sent: rules for everything first, and of those for folders the innermost last, for
 * what is said last and nearest wins.
 */
export function inOrder(rules: readonly RuleFile[]): readonly RuleFile[] {
  const depth = ({ scope }: RuleFile): number =>
    scope.kind === 'always' ? 0 : scope.kind === 'folder' ? 1 + scope.directory.split('/').length : 1;
  return rules.toSorted((a, b) => depth(a) - depth(b) || (a.path < b.path ? -1 : 1));
}

function scopeOf(path: string, fields: ReturnType<typeof readFrontMatter>['fields']): RuleScope {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name === 'AGENTS.md' || name === 'CLAUDE.md') return inDirectory(path.slice(0, -name.length - 1));
  const globs = [...listOf(fields.get('applyto')), ...listOf(fields.get('globs')), ...listOf(fields.get('paths'))];
  const always = textOf(fields.get('alwaysapply'));
  if (always === 'true' || globs.some((glob) => glob === '**' || glob === '**/*' || glob === '*')) {
    return { kind: 'always' };
  }
  // A rule of .cursor/rules of a folder further in is about that folder.
  const within = /^(.+)\/\.cursor\/rules\//u.exec(path)?.[1];
  if (globs.length > 0) {
    return { kind: 'globs', globs: within === undefined ? globs : globs.map((glob) => `${within}/${glob}`) };
  }
  if (always === 'false' || name.endsWith('.instructions.md')) return { kind: 'manual' };
  if (textOf(fields.get('trigger')) === 'manual') return { kind: 'manual' };
  return inDirectory(within ?? '');
}

function inDirectory(directory: string): RuleScope {
  return directory === '' ? { kind: 'always' } : { kind: 'folder', directory };
}
