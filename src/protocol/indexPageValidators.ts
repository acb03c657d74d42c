import * as v from 'valibot';
import type { Validators } from '../base/rpc.ts';
import type { IndexPageHostContract } from './indexPage.ts';
import { checkedBy, filePathSchema, nameSchema } from './requestSchemas.ts';

const command = v.picklist([
  'indexWorkspace',
  'pauseIndexing',
  'resumeIndexing',
  'rebuildIndex',
  'searchCode',
  'openFolder',
  'openSettings',
  'showLog',
  'chooseEmbeddingModel',
]);

/** Checks what the index page asks. It draws names of files, so it is not trusted. */
export const indexPageValidators: Validators<IndexPageHostContract> = {
  state: checkedBy(v.null()),
  leftOut: checkedBy(
    v.strictObject({ text: v.pipe(v.string(), v.maxLength(1_000)), reason: v.exactOptional(nameSchema) }),
  ),
  openFile: checkedBy(v.strictObject({ folder: filePathSchema, path: filePathSchema })),
  revealStore: checkedBy(v.strictObject({ folder: filePathSchema })),
  setCpuPercent: checkedBy(
    v.strictObject({ percent: v.pipe(v.number(), v.safeInteger(), v.minValue(5), v.maxValue(100)) }),
  ),
  runCommand: checkedBy(v.strictObject({ command })),
};
