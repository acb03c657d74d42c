import type { Node } from 'web-tree-sitter';
import { declarationOf } from '../chunks/declarations.ts';
import { type Definition, definitionOf, typeKinds } from '../chunks/definitions.ts';
import type { GrammarName } from '../chunks/languages.ts';
import type { OutlineEntry } from './outline.ts';

const MAX_DEPTH = 6;

/** What only holds other things together: bodies, conditions of the preprocessor, guards of Python. */
const holders =
  /(body|_list|^block|^preproc_(if|ifdef|else|elif)|^linkage_specification|^if_statement|^try_statement|^else_clause|^except_clause|^export_statement|^ambient_declaration|^program|^namespace_definition)$/;

/** What a file defines for others: what stands at its top, in namespaces, modules and types; nothing in functions. */
export function findDefinitions(root: Node, grammar: GrammarName): OutlineEntry[] {
  const found: OutlineEntry[] = [];
  const exported = scripts.has(grammar) ? exportedNames(root) : undefined;
  collect(root, { symbol: '', kind: '' }, 0, { grammar, exported, found });
  return found;
}

interface Collecting {
  readonly grammar: GrammarName;
  /** What a module of a script language exports; undefined where there are no such modules. */
  readonly exported: ReadonlySet<string> | undefined;
  readonly found: OutlineEntry[];
}

const scripts: ReadonlySet<GrammarName> = new Set(['typescript', 'tsx', 'javascript']);

/** The names that a module exports apart from where it defines them; undefined for what exports nothing so. */
function exportedNames(root: Node): ReadonlySet<string> | undefined {
  const statements = root.namedChildren.filter(({ type }) => type === 'export_statement');
  if (statements.length === 0) return undefined;
  return new Set(
    statements
      .filter((statement) => statement.childForFieldName('declaration') === null)
      .flatMap((statement) => statement.text.slice(0, 5000).match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? []),
  );
}

interface Scope {
  readonly symbol: string;
  readonly kind: string;
}

function collect(node: Node, scope: Scope, depth: number, collecting: Collecting): void {
  if (depth > MAX_DEPTH) return;
  const { grammar, exported, found } = collecting;
  for (const child of node.namedChildren) {
    const definition = definitionOf(child, grammar);
    if (definition === undefined) {
      if (holders.test(child.type)) collect(child, scope, depth + 1, collecting);
      continue;
    }
    const isExported =
      exported === undefined ||
      depth > 0 ||
      child.type === 'export_statement' ||
      exported.has(definition.name) ||
      child.type === 'ambient_declaration';
    if (!isExported || (canBePrivate(grammar, depth) && isPrivate(definition.node))) continue;
    const entry = entryOf(definition, scope);
    if (isForOthers(entry, definition, scope)) found.push(entry);
    if (!scopes.has(definition.kind)) continue;
    const body = definition.node.childForFieldName('body') ?? definition.node;
    collect(body, entry, depth + 1, collecting);
  }
}

/** Looking at every child of every definition costs time, and few languages say it there. */
function canBePrivate(grammar: GrammarName, depth: number): boolean {
  return withPrivateMark.has(grammar) || (depth > 0 && scripts.has(grammar));
}

const withPrivateMark: ReadonlySet<GrammarName> = new Set(['java', 'c-sharp', 'php', 'cpp']);

/** Marked as nobody else's business: `private`, or C's `static` at the top of a file. */
function isPrivate(node: Node): boolean {
  for (const child of node.namedChildren) {
    if (
      /^(accessibility_modifier|modifiers?|visibility_modifier)$/.test(child.type) &&
      /\bprivate\b/.test(child.text)
    ) {
      return true;
    }
    if (child.type === 'storage_class_specifier' && child.text === 'static') {
      return node.parent?.type !== 'field_declaration_list';
    }
  }
  return false;
}

const scopes: ReadonlySet<string> = new Set([...typeKinds, 'namespace', 'module']);

/** Fields and variables of a type are its own; names without a letter are nobody's. */
function isForOthers({ kind, symbol }: OutlineEntry, { name }: Definition, scope: Scope): boolean {
  if (!/[\p{L}_$]/u.test(name) || symbol.length > 200 || kind === 'rule') return false;
  const isField = (kind === 'property' || kind === 'variable') && typeKinds.has(scope.kind);
  return !isField && kind !== 'impl' && !name.startsWith('#') && !/^_[^_]/.test(name);
}

function entryOf(definition: Definition, scope: Scope): OutlineEntry {
  const row = definition.node.startPosition.row;
  const { signature } = declarationOf(definition, { startLine: row + 1, endLine: row });
  const symbol = scope.symbol === '' ? definition.name : `${scope.symbol}.${definition.name}`;
  const kind = definition.kind === 'function' && typeKinds.has(scope.kind) ? 'method' : definition.kind;
  return { symbol, kind, startLine: signature.startLine, endLine: signature.endLine };
}
