import { parentPort, workerData } from 'node:worker_threads';
import { threadChannel } from '../base/channels.node.ts';
import { useParentLanguage } from '../base/languageFile.node.ts';
import { type Handlers, RpcPeer, type Silent } from '../base/rpc.ts';
import { resolveAnswer } from '../edits/resolveAnswer.ts';
import { chunkFile } from './chunks/chunkFile.node.ts';
import { chunkHash } from './chunks/chunkHash.node.ts';
import { Grammars } from './chunks/grammars.node.ts';
import { chunkByLines } from './chunks/lineChunks.ts';
import { packChunks } from './chunks/packChunks.ts';
import { syntaxReader } from './chunks/outlineFile.node.ts';
import { embedCode } from './embedding/embedCode.node.ts';
import { makeOutline } from './graph/makeOutline.ts';
import { packOutline } from './graph/outline.ts';
import { StaticModel, modelBytes } from './embedding/staticModel.ts';
import type { ParseContract, ParseWorkerData } from './parseContract.ts';
import { TokenCounter } from './tokenCounter.node.ts';

/** The index's second thread: parsing, embedding and counting tokens. Its owner ends it when it hangs. */
function serveParsing(data: ParseWorkerData): Handlers<ParseContract> {
  const grammars = new Grammars(data.assetDirectory);
  const syntax = syntaxReader(grammars);
  const tokens = new TokenCounter(data.assetDirectory);
  let model: StaticModel | undefined;
  return {
    async parse({ path, text, by }) {
      const startMs = performance.now();
      const lines = text.split('\n');
      const { chunks, definitions } =
        by === 'lines' ? { chunks: chunkByLines(lines), definitions: [] } : await chunkFile(path, text, grammars);
      const hashed = chunks.map((chunk) => ({
        ...chunk,
        textHash: chunkHash(lines.slice(chunk.startLine - 1, chunk.endLine).join('\n')),
      }));
      const outline = packOutline(makeOutline(path, text, definitions));
      return { chunks: packChunks(hashed), outline, milliseconds: performance.now() - startMs };
    },
    // Messages of chats; most windows never ask for it.
    embed: ({ texts }) => embedCode((model ??= new StaticModel(modelBytes(data.model))), texts),
    async countTokens({ texts, encoding }) {
      const counts: number[] = [];
      for (const text of texts) counts.push(await tokens.count(text, encoding));
      return counts;
    },
    async resolveEdit({ answer, path, text }) {
      const resolved = await resolveAnswer(answer, { path, text }, syntax);
      if (resolved.kind === 'edits') return { kind: 'edits', edits: resolved.edits };
      return { kind: resolved.kind, message: resolved.message };
    },
  };
}

if (parentPort !== null) {
  useParentLanguage();
  const handlers = serveParsing(workerData as ParseWorkerData);
  new RpcPeer<ParseContract, Silent>(threadChannel(parentPort), { handlers });
}
