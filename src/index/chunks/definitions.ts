import type { Node } from 'web-tree-sitter';
import type { GrammarName } from './languages.ts';

/** What a node defines. */
export interface Definition {
  /** Dots in it are part of the symbol path, as in Go's `Receiver.method`. */
  readonly name: string;
  readonly kind: string;
  /** The node itself, without an `export` or decorator around it. */
  readonly node: Node;
}

/** What a syntax node defines in its language, if anything; looks into wrappers such as `export`. */
export function definitionOf(node: Node, grammar: GrammarName): Definition | undefined {
  const inner = wrapped(node);
  if (inner !== undefined) return definitionOf(inner, grammar);
  const kind = kinds[grammar].get(node.type);
  if (kind === undefined) return undefined;
  const name = nameOf(node, kind);
  return name === undefined ? undefined : { name: clean(name), kind: kindOf(node, kind), node };
}

/** True for what belongs to the definition after it: comments, decorators, attributes. */
export function isLeading(node: Node): boolean {
  return /comment$|^(decorator|attribute_item|attribute_list|inner_attribute_item)$/.test(node.type);
}

/** Kinds in which a variable is nobody's business but their own. */
export const functionKinds: ReadonlySet<string> = new Set(['function', 'method']);

/** Kinds whose functions are methods. */
export const typeKinds: ReadonlySet<string> = new Set([
  'class',
  'interface',
  'struct',
  'trait',
  'impl',
  'enum',
  'record',
  'union',
]);

function table(entries: Record<string, string>): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(entries).flatMap(([kind, types]) => types.split(' ').map((type): [string, string] => [type, kind])),
  );
}

const ecmaScript = table({
  function: 'function_declaration generator_function_declaration function_signature',
  class: 'class_declaration abstract_class_declaration',
  method: 'method_definition method_signature abstract_method_signature',
  interface: 'interface_declaration',
  type: 'type_alias_declaration',
  enum: 'enum_declaration',
  namespace: 'internal_module module',
  variable: 'lexical_declaration variable_declaration',
  property: 'public_field_definition field_definition pair',
  assignment: 'expression_statement',
});

const kinds: Readonly<Record<GrammarName, ReadonlyMap<string, string>>> = {
  typescript: ecmaScript,
  tsx: ecmaScript,
  javascript: ecmaScript,
  python: table({ function: 'function_definition', class: 'class_definition' }),
  go: table({
    function: 'function_declaration',
    method: 'method_declaration',
    type: 'type_declaration',
    variable: 'const_declaration var_declaration',
  }),
  rust: table({
    function: 'function_item function_signature_item',
    struct: 'struct_item',
    enum: 'enum_item',
    union: 'union_item',
    trait: 'trait_item',
    impl: 'impl_item',
    module: 'mod_item',
    macro: 'macro_definition',
    type: 'type_item',
    variable: 'const_item static_item',
  }),
  java: table({
    class: 'class_declaration',
    interface: 'interface_declaration annotation_type_declaration',
    enum: 'enum_declaration',
    record: 'record_declaration',
    method: 'method_declaration constructor_declaration compact_constructor_declaration',
  }),
  'c-sharp': table({
    namespace: 'namespace_declaration',
    class: 'class_declaration',
    interface: 'interface_declaration',
    struct: 'struct_declaration',
    enum: 'enum_declaration',
    record: 'record_declaration record_struct_declaration',
    method: 'method_declaration constructor_declaration destructor_declaration',
    function: 'local_function_statement',
    property: 'property_declaration event_declaration',
    type: 'delegate_declaration',
  }),
  cpp: table({
    function: 'function_definition',
    class: 'class_specifier',
    struct: 'struct_specifier',
    union: 'union_specifier',
    enum: 'enum_specifier',
    namespace: 'namespace_definition',
    type: 'alias_declaration type_definition concept_definition',
    macro: 'preproc_def preproc_function_def',
  }),
  ruby: table({ class: 'class', module: 'module', method: 'method singleton_method' }),
  php: table({
    class: 'class_declaration',
    interface: 'interface_declaration',
    trait: 'trait_declaration',
    enum: 'enum_declaration',
    function: 'function_definition',
    method: 'method_declaration',
    namespace: 'namespace_definition',
  }),
  bash: table({ function: 'function_definition' }),
  css: table({ rule: 'media_statement keyframes_statement supports_statement' }),
};

/** What an export, decorated definition or template is about. */
function wrapped(node: Node): Node | undefined {
  switch (node.type) {
    case 'export_statement':
      return node.childForFieldName('declaration') ?? undefined;
    case 'ambient_declaration':
    case 'template_declaration':
    case 'declaration':
    case 'field_declaration':
      return node.namedChildren.findLast((child) =>
        /(declaration|definition|specifier|module|signature)$/.test(child.type),
      );
    case 'decorated_definition':
      return node.childForFieldName('definition') ?? undefined;
    default:
      return undefined;
  }
}

function nameOf(node: Node, kind: string): string | undefined {
  switch (node.type) {
    case 'lexical_declaration':
    case 'variable_declaration':
      return firstOf(node, 'variable_declarator')?.childForFieldName('name')?.text;
    case 'expression_statement':
      return assignedName(node);
    case 'pair':
      return isFunction(node.childForFieldName('value')) ? node.childForFieldName('key')?.text : undefined;
    case 'field_definition':
      return node.childForFieldName('property')?.text;
    case 'type_declaration':
      return node.namedChildren.find((child) => /^type_(spec|alias)$/.test(child.type))?.childForFieldName('name')
        ?.text;
    case 'const_declaration':
    case 'var_declaration':
      return node.namedChildren.find((child) => child.type.endsWith('_spec'))?.childForFieldName('name')?.text;
    case 'impl_item':
      return node.childForFieldName('type')?.text;
    case 'class_specifier':
    case 'struct_specifier':
    case 'union_specifier':
    case 'enum_specifier':
      // Without a body it only mentions the type.
      if (node.childForFieldName('body') === null) return undefined;
      break;
    case 'media_statement':
    case 'keyframes_statement':
    case 'supports_statement':
      return node.text.split('{', 1)[0];
    default:
      break;
  }
  if (node.type === 'method_declaration' && node.childForFieldName('receiver') !== null) {
    const receiver = /[\w$]+(?=\s*(?:\[[^\]]*\])?\s*\)$)/.exec(node.childForFieldName('receiver')?.text ?? '')?.[0];
    const name = node.childForFieldName('name')?.text;
    return receiver === undefined || name === undefined ? name : `${receiver}.${name}`;
  }
  const named = node.childForFieldName('name') ?? node.childForFieldName('declarator');
  if (named === null) return undefined;
  return kind === 'function' || kind === 'type' ? declaredName(named) : named.text;
}

/** `module.exports.parse = function …`, `Parser.prototype.next = …`: the last names of the left side. */
function assignedName(statement: Node): string | undefined {
  const assignment = firstOf(statement, 'assignment_expression');
  if (assignment === undefined || !isFunction(assignment.childForFieldName('right'))) return undefined;
  return assignment.childForFieldName('left')?.text.replace(/^(module\.)?exports\.|^this\.|\.prototype(?=\.)/g, '');
}

/** C's declarators wrap the name in what it is: a pointer to a function with parameters. */
function declaredName(declarator: Node): string {
  let node = declarator;
  for (let depth = 0; depth < 10; depth++) {
    const inner =
      node.childForFieldName('declarator') ?? (node.type === 'parenthesized_declarator' ? node.namedChild(0) : null);
    if (inner === null) break;
    node = inner;
  }
  return node.text.replaceAll('::', '.');
}

function kindOf(node: Node, kind: string): string {
  if (kind === 'assignment') return 'function';
  if (kind === 'variable' || kind === 'property') {
    const declarator = firstOf(node, 'variable_declarator') ?? node;
    if (isFunction(declarator.childForFieldName('value'))) return kind === 'variable' ? 'function' : 'method';
  }
  if (node.type === 'type_declaration') {
    const type = firstOf(node, 'type_spec')?.childForFieldName('type')?.type;
    if (type === 'struct_type') return 'struct';
    if (type === 'interface_type') return 'interface';
  }
  return kind;
}

function isFunction(node: Node | null): boolean {
  return node !== null && /^(arrow_function|function|function_expression|generator_function)$/.test(node.type);
}

function firstOf(node: Node, type: string): Node | undefined {
  return node.namedChildren.find((child) => child.type === type);
}

function clean(name: string): string {
  return name.replace(/\s+/g, ' ').trim().slice(0, 80);
}
