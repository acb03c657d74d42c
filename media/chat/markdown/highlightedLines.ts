/** A run of code in one style, or the code of a longer one with runs inside. */
export type CodeSpan = string | { readonly className: string; readonly children: readonly CodeSpan[] };

interface OpenSpan {
  readonly className: string;
  readonly children: CodeSpan[];
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#x27;': "'",
};

/**
 * The output of highlight.js as a tree for each line, so that lines can be drawn one by one and
 * without an HTML parser: it knows only what highlight.js writes, spans with a class and five
 * entities, and takes everything else for text.
 */
export function highlightedLines(html: string): CodeSpan[][] {
  const lines: CodeSpan[][] = [[]];
  let open: OpenSpan[] = [];
  const add = (text: string): void => {
    if (text !== '') (open.at(-1)?.children ?? lines.at(-1))?.push(text);
  };
  const begin = (className: string): void => {
    const span: OpenSpan = { className, children: [] };
    (open.at(-1)?.children ?? lines.at(-1))?.push(span);
    open.push(span);
  };
  const text = (source: string): void => {
    const [first = '', ...others] = source
      .replaceAll(/&(?:amp|lt|gt|quot|#x27);/g, (name) => entities[name] ?? name)
      .split('\n');
    add(first);
    for (const other of others) {
      const classes = open.map(({ className }) => className);
      lines.push([]);
      open = [];
      for (const className of classes) begin(className);
      add(other);
    }
  };
  let at = 0;
  for (const tag of html.matchAll(/<span class="([\w\- ]+)">|<\/span>/g)) {
    text(html.slice(at, tag.index));
    at = tag.index + tag[0].length;
    if (tag[1] === undefined) open.pop();
    else begin(tag[1]);
  }
  text(html.slice(at));
  return lines;
}
