import { readFileSync } from 'node:fs';
import path from 'node:path';
import { DeepModel } from '../../../src/index/deep/deepModel.ts';
import { cacheDirectory, projectRoot } from '../../harness/project.ts';
import { KeptVectors } from './keptVectors.ts';

/** The deep model of the build, as the product computes it. */
export async function deepVectors(): Promise<KeptVectors> {
  const assets = process.env['SEXTANT_DIST'] ?? path.join(projectRoot, 'dist');
  const bytes = readFileSync(path.join(assets, 'deep-code.bin'));
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
