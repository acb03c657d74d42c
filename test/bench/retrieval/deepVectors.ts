import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DeepModel } from '../../../src/index/deep/deepModel.ts';
import { cacheDirectory, projectRoot } from '../../harness/project.ts';
import { KeptVectors } from './keptVectors.ts';

/** Where the built-in models lie: those that ship, or others. */
export const modelDirectory = process.env['SEXTANT_DIST'] ?? path.join(projectRoot, 'media/models');

/** The deep model, as the product computes it. */
export async function deepVectors(): Promise<KeptVectors> {
  const bytes = readFileSync(path.join(modelDirectory, 'deep-code.bin'));
  const model = await DeepModel.load(bytes.length, (place) => {
    place.set(bytes);
    return Promise.resolve();
  });
  return new KeptVectors({
    name: 'the deep model',
    file: path.join(cacheDirectory, 'retrieval', 'deep', `${model.id.replace(/[^\w.-]/g, '_')}.bin`),
    dimensions: model.dimensions,
    mostCharacters: 8000,
    embed: (texts) => Promise.resolve(texts.map((text) => model.embedOne(text))),
  });
}
