import type { Node } from 'web-tree-sitter';
import type { Lines } from '../files/textLines.ts';
import type { Declaration, LineRange } from './chunk.ts';
import type { Definition } from './definitions.ts';

/** A signature of more lines is cut: it says enough. */
const MAX_SIGNATURE_LINES = 12;
const MAX_SIGNATURE_LENGTH = 240;
const MAX_COMMENT_LENGTH = 400;

/** Where a definition says what it is; `before` are the lines of comments and attributes before it, perhaps none. */
export function declarationOf({ node }: Definition, before: LineRange): Declaration {
  const first = node.startPosition.row;
  const body = bodyOf(node);
  // Where the body begins in a line of its own, that line says nothing of the definition.
  const bodyRow = body?.startPosition.row ?? first;
  const last = body !== undefined && bodyRow > first && isAtLineStart(body) ? bodyRow - 1 : bodyRow;
  const end = Math.min(Math.max(first, last), first + MAX_SIGNATURE_LINES - 1);
  const signature = { startLine: first + 1, endLine: end + 1 };
  const inBody = body === undefined ? undefined : textAtBeginning(body);
  const comment = before.endLine >= before.startLine ? before : inBody;
  return comment === undefined ? { signature } : { signature, comment };
}

/** A signature as one line, without its body and what opens it. */
export function signatureText(lines: Lines, { startLine, endLine }: LineRange): string {
  const text = lines
    .slice(startLine - 1, endLine)
    .map((line) => line.trim())
    // What Python says between a head and its body.
    .filter((line, at) => at === 0 || !/^#\s/.test(line))
    .join(' ')
    .replace(/:\s+#\s.*$/, ':')
    .replace(/([([]) (?=\S)/g, '$1')
    .replace(/,? ([)\]])/g, '$1');
  const declared = text
    .replace(/^(@[A-Z][\w.]*(\([^)]*\))?\s+|\[[A-Z][^\]]*\]\s*)+/, '')
    // A body in the same line; a type's or an object's own braces follow a sign, not a name.
    .replace(/(?<=[)\w>\]]\s*)\{.*\}[;,)]*$/, '')
    .replace(/\s*(=>|=)?\s*[{[(:;]*\s*$/, '');
  return shortened(declared, MAX_SIGNATURE_LENGTH);
}

/** What a comment says first, as one line without the marks of a comment: up to a blank line or a tag such as `@param`. */
export function commentText(lines: Lines, { startLine, endLine }: LineRange): string {
  const said: string[] = [];
  for (const line of lines.slice(startLine - 1, endLine)) {
    const text = line
      .trim()
      .replace(/^(\/\*+!?|\*+\/?|\/\/+!?|#+!?|--+|"""|'''|r"""|"|')\s?/, '')
      .replace(/\s*(\*+\/|"""|''')$/, '')
      .trim();
    if (/^([@\\:](param|returns?|throws?)|(Args|Returns|Parameters):)/.test(text)) break;
    if (text === '' && said.length > 0) break;
    // Attributes, decorators and rules that only draw a line say nothing.
    if (text !== '' && !/^(@[\w.]+|#?\[.*\]|[-=*#~/]{3,})/.test(text)) said.push(text);
  }
  return shortened(
    said
      .join(' ')
      .replace(/<\/?(summary|p|para|code)>/g, '')
      .trim(),
    MAX_COMMENT_LENGTH,
  );
}

function bodyOf(node: Node): Node | undefined {
  const own = node.childForFieldName('body');
  if (own !== null) return own;
  const inner = node.childForFieldName('value') ?? node.namedChildren.find(({ type }) => bodyHolders.test(type));
  if (inner === undefined) return undefined;
  switch (inner.type) {
    case 'variable_declarator':
      return inner.childForFieldName('value')?.childForFieldName('body') ?? undefined;
    case 'assignment_expression':
      return inner.childForFieldName('right')?.childForFieldName('body') ?? undefined;
    case 'type_spec':
      return inner.childForFieldName('type')?.namedChild(0) ?? undefined;
    case 'block':
    case 'body_statement':
      return inner;
    default:
      return inner.childForFieldName('body') ?? undefined;
  }
}

const bodyHolders = /^(variable_declarator|assignment_expression|type_spec|body_statement|block)$/;

/** Python's docstring: a body that begins with nothing but a string. */
function textAtBeginning(body: Node): LineRange | undefined {
  if (body.type !== 'block') return undefined;
  const first = body.namedChild(0);
  const text = first?.type === 'expression_statement' ? first.namedChild(0) : first;
  if (text?.type !== 'string') return undefined;
  return { startLine: text.startPosition.row + 1, endLine: text.endPosition.row + 1 };
}

/** True when nothing stands before a node in its line. */
function isAtLineStart(node: Node): boolean {
  const before = node.previousSibling;
  return before !== null && before.endPosition.row < node.startPosition.row;
}

function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).trimEnd()}…`;
}
