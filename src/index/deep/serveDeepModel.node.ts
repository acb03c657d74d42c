import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { SextantError } from '../../base/errors.ts';
import { type Channel, RpcPeer, type Silent, type Validators } from '../../base/rpc.ts';
import { t } from '../../base/texts.ts';
import type { DeepModelContract } from '../../protocol/deepModel.ts';
import { CpuShare } from '../cpuShare.node.ts';
import { quantise } from '../embedding/quantise.ts';
import { DeepModel } from './deepModel.ts';

/** The model's file in the folder of the assets. */
const MODEL_FILE = 'deep-code.bin';
const MOST_TEXTS = 1024;

/** Serves the deep model over a channel, see {@link DeepModelContract}. */
export function serveDeepModel(channel: Channel, assetDirectory: string): void {
  const share = new CpuShare();
  let loading: Promise<DeepModel> | undefined;
  const loaded = (): Promise<DeepModel> => (loading ??= load(assetDirectory));
  let questions = 0;
  new RpcPeer<DeepModelContract, Silent>(channel, {
    validators,
    handlers: {
      async facts() {
        const { id, dimensions } = await loaded();
        return { id, dimensions };
      },
      async embedPassages({ texts }, signal) {
        const model = await loaded();
        const vectors = new Int8Array(texts.length * model.dimensions);
        for (const [index, text] of texts.entries()) {
          // Also lets others have their turn: a question that has come, or that this is not wanted any more.
          await share.pace(() => signal.aborted);
          do await breathe();
          while (questions > 0);
          signal.throwIfAborted();
          const start = index * model.dimensions;
          quantise(model.embedOne(text), vectors.subarray(start, start + model.dimensions));
        }
        return vectors;
      },
      async embedQuery({ text }) {
        questions++;
        try {
          return (await loaded()).embedOne(text);
        } finally {
          questions--;
        }
      },
      limitCpu({ percent }) {
        share.percent = percent;
      },
      userActive() {
        share.userActive();
      },
      use() {
        const { user, system } = process.cpuUsage();
        return { memoryBytes: process.memoryUsage.rss(), processorMs: (user + system) / 1000 };
      },
    },
  });
}

async function load(assetDirectory: string): Promise<DeepModel> {
  let file: FileHandle;
  try {
    file = await open(path.join(assetDirectory, MODEL_FILE));
  } catch (cause) {
    throw new SextantError('not-found', t('Sextant is not installed completely: its embedding model is missing.'), {
      cause,
    });
  }
  try {
    const { size } = await file.stat();
    return await DeepModel.load(size, async (place) => {
      for (let at = 0, read = -1; at < size && read !== 0; at += read) {
        read = (await file.read(place, at, size - at)).bytesRead;
      }
    });
  } finally {
    await file.close();
  }
}

function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

const validators: Validators<DeepModelContract> = {
  facts: () => null,
  embedPassages: (params) => {
    const { texts } = objectOf(params);
    if (!Array.isArray(texts) || texts.length > MOST_TEXTS) throw invalid();
    return { texts: texts.map(textOf) };
  },
  embedQuery: (params) => ({ text: textOf(objectOf(params)['text']) }),
  limitCpu: (params) => {
    const { percent } = objectOf(params);
    if (typeof percent !== 'number' || !Number.isFinite(percent)) throw invalid();
    return { percent };
  },
  userActive: () => null,
  use: () => null,
};

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw invalid();
  return { ...value };
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw invalid();
  return value;
}

function invalid(): SextantError {
  return new SextantError('invalid', 'What the deep model was asked is not a list of texts.');
}
