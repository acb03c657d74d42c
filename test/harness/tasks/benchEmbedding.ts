// `npm run bench:embedding`: how fast the built-in embedding models are, beside onnxruntime on the same texts.
import { runEmbeddingBenchmark } from '../../bench/embedding.ts';
import { ensureBuild } from '../build.ts';
import { runTask } from '../runTask.ts';

runTask(async () => {
  await ensureBuild();
  await runEmbeddingBenchmark();
  return true;
});
