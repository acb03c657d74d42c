import { extensionOf } from '../files/fileKinds.ts';

/** The grammars that are shipped: `tree-sitter-NAME.wasm`. */
export type GrammarName =
  | 'bash'
  | 'c-sharp'
  | 'cpp'
  | 'css'
  | 'go'
  | 'java'
  | 'javascript'
  | 'php'
  | 'python'
  | 'ruby'
  | 'rust'
  | 'tsx'
  | 'typescript';

/** How a file is chunked, and VS Code's identifier of its language. */
export interface Language {
  readonly id: string;
  readonly chunking:
    { readonly by: 'syntax'; readonly grammar: GrammarName } | { readonly by: 'headings' | 'lines' | Structure };
}

/** What else a text can be cut by: keys, tables, statements, elements, cells. */
type Structure = 'json' | 'yaml' | 'toml' | 'sql' | 'html' | 'xml' | 'notebook';

/** The language of a file, told by its name. */
export function languageOf(path: string): Language {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  return byName.get(name) ?? byExtension.get(extensionOf(name)) ?? plaintext;
}

const plaintext: Language = { id: 'plaintext', chunking: { by: 'lines' } };

const withGrammar: readonly [id: string, grammar: GrammarName, extensions: string][] = [
  ['typescript', 'typescript', 'ts mts cts'],
  ['typescriptreact', 'tsx', 'tsx'],
  ['javascript', 'javascript', 'js mjs cjs es6'],
  ['javascriptreact', 'javascript', 'jsx'],
  ['python', 'python', 'py pyi pyw'],
  ['go', 'go', 'go'],
  ['rust', 'rust', 'rs'],
  ['java', 'java', 'java'],
  ['c', 'cpp', 'c'],
  ['cpp', 'cpp', 'cpp cc cxx c++ h hh hpp hxx h++ ipp tpp inl ino cu cuh'],
  ['csharp', 'c-sharp', 'cs csx'],
  ['ruby', 'ruby', 'rb rake gemspec ru'],
  ['php', 'php', 'php phtml php5 php7'],
  ['shellscript', 'bash', 'sh bash zsh ksh bats'],
  ['css', 'css', 'css'],
];

const withStructure: readonly [id: string, structure: Structure, extensions: string][] = [
  ['json', 'json', 'json webmanifest geojson avsc'],
  ['jsonc', 'json', 'jsonc code-workspace json5'],
  ['yaml', 'yaml', 'yaml yml'],
  ['toml', 'toml', 'toml'],
  ['ini', 'toml', 'ini cfg conf editorconfig service'],
  ['xml', 'xml', 'xml xsd xsl xslt svg plist csproj props targets xaml resx'],
  ['html', 'html', 'html htm xhtml'],
  ['vue', 'html', 'vue'],
  ['svelte', 'html', 'svelte'],
  ['sql', 'sql', 'sql ddl pgsql psql'],
  ['jupyter', 'notebook', 'ipynb'],
];

const withoutGrammar: readonly [id: string, extensions: string][] = [
  ['jsonl', 'jsonl ndjson'],
  ['properties', 'properties'],
  ['scss', 'scss'],
  ['less', 'less'],
  ['kotlin', 'kt kts'],
  ['swift', 'swift'],
  ['scala', 'scala sc'],
  ['groovy', 'groovy gradle'],
  ['dart', 'dart'],
  ['lua', 'lua'],
  ['perl', 'pl pm'],
  ['r', 'r'],
  ['julia', 'jl'],
  ['haskell', 'hs'],
  ['elixir', 'ex exs'],
  ['erlang', 'erl hrl'],
  ['clojure', 'clj cljs cljc edn'],
  ['fsharp', 'fs fsi fsx'],
  ['vb', 'vb'],
  ['objective-c', 'm'],
  ['objective-cpp', 'mm'],
  ['powershell', 'ps1 psm1 psd1'],
  ['bat', 'bat cmd'],
  ['proto3', 'proto'],
  ['graphql', 'graphql gql'],
  ['terraform', 'tf'],
  ['zig', 'zig'],
  ['latex', 'tex'],
  ['restructuredtext', 'rst'],
  ['diff', 'diff patch'],
];

const byExtension = new Map<string, Language>([
  ...withGrammar.flatMap(([id, grammar, extensions]) =>
    extensions
      .split(' ')
      .map((extension): [string, Language] => [extension, { id, chunking: { by: 'syntax', grammar } }]),
  ),
  ...withStructure.flatMap(([id, by, extensions]) =>
    extensions.split(' ').map((extension): [string, Language] => [extension, { id, chunking: { by } }]),
  ),
  ...withoutGrammar.flatMap(([id, extensions]) =>
    extensions.split(' ').map((extension): [string, Language] => [extension, { id, chunking: { by: 'lines' } }]),
  ),
  ...['md', 'mdx', 'markdown', 'mkd'].map((extension): [string, Language] => [
    extension,
    { id: 'markdown', chunking: { by: 'headings' } },
  ]),
]);

const byName = new Map<string, Language>([
  ['dockerfile', { id: 'dockerfile', chunking: { by: 'lines' } }],
  ['makefile', { id: 'makefile', chunking: { by: 'lines' } }],
  ['cmakelists.txt', { id: 'cmake', chunking: { by: 'lines' } }],
  ['gemfile', { id: 'ruby', chunking: { by: 'syntax', grammar: 'ruby' } }],
  ['rakefile', { id: 'ruby', chunking: { by: 'syntax', grammar: 'ruby' } }],
  ['.bashrc', { id: 'shellscript', chunking: { by: 'syntax', grammar: 'bash' } }],
  ['.gitignore', { id: 'ignore', chunking: { by: 'lines' } }],
]);
