import type { Chunk } from './chunk.ts';
import type { Grammars } from './grammars.node.ts';
import { languageOf } from './languages.ts';
import { chunkByLines } from './lineChunks.ts';
import { chunkMarkdown } from './markdownChunks.ts';
import { chunkSyntax } from './syntaxChunks.ts';

/** Chunks a file as its language asks. What cannot be parsed is chunked by lines. */
export async function chunkFile(path: string, text: string, grammars: Grammars): Promise<Chunk[]> {
  const { chunking } = languageOf(path);
  const lines = text.split('\n');
  switch (chunking.by) {
    case 'headings':
      return chunkMarkdown(lines);
    case 'lines':
      return chunkByLines(lines);
    case 'syntax': {
      const tree = await grammars.parse(text, chunking.grammar);
      if (tree === undefined) return chunkByLines(lines, 'code');
      try {
        return chunkSyntax(tree.rootNode, lines, chunking.grammar);
      } finally {
        tree.delete();
      }
    }
  }
}
