import { findDefinitions } from '../graph/findDefinitions.ts';
import type { OutlineEntry } from '../graph/outline.ts';
import type { Chunk } from './chunk.ts';
import type { Grammars } from './grammars.node.ts';
import { chunkJson } from './jsonChunks.ts';
import { type Language, languageOf } from './languages.ts';
import { chunkByLines } from './lineChunks.ts';
import { chunkMarkdown } from './markdownChunks.ts';
import { chunkMarkup } from './markupChunks.ts';
import { chunkNotebook } from './notebookChunks.ts';
import { chunkSql } from './sqlChunks.ts';
import { chunkSyntax } from './syntaxChunks.ts';
import { chunkToml } from './tomlChunks.ts';
import { chunkYaml } from './yamlChunks.ts';

/** A file cut into passages, and what it defines. */
export interface ParsedFile {
  readonly chunks: readonly Chunk[];
  readonly definitions: readonly OutlineEntry[];
}

/** Chunks a file as its language asks. What cannot be parsed is chunked by lines. */
export async function chunkFile(path: string, text: string, grammars: Grammars): Promise<ParsedFile> {
  const { chunking } = languageOf(path);
  const lines = text.split('\n');
  if (chunking.by !== 'syntax') return { chunks: chunkText(lines, chunking.by), definitions: [] };
  const tree = await grammars.parse(text, chunking.grammar);
  if (tree === undefined) return { chunks: chunkByLines(lines, 'code'), definitions: [] };
  try {
    // One root for both: nodes keep the children that they were asked for.
    const root = tree.rootNode;
    return {
      chunks: chunkSyntax(root, lines, chunking.grammar),
      definitions: findDefinitions(root, chunking.grammar),
    };
  } finally {
    tree.delete();
  }
}

function chunkText(lines: readonly string[], by: Exclude<Language['chunking']['by'], 'syntax'>): Chunk[] {
  switch (by) {
    case 'headings':
      return chunkMarkdown(lines);
    case 'lines':
      return chunkByLines(lines);
    case 'json':
      return chunkJson(lines);
    case 'yaml':
      return chunkYaml(lines);
    case 'toml':
      return chunkToml(lines);
    case 'sql':
      return chunkSql(lines);
    case 'html':
    case 'xml':
      return chunkMarkup(lines, by);
    case 'notebook':
      return chunkNotebook(lines);
  }
}
