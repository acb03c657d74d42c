import * as v from 'valibot';
import type { Validators } from '../base/rpc.ts';
import { checkedBy, filePathSchema, lineSchema } from './requestSchemas.ts';
import type { SearchViewHostContract } from './searchView.ts';

const typed = v.pipe(v.string(), v.maxLength(20_000));
const place = { folder: filePathSchema, path: filePathSchema, startLine: lineSchema, endLine: lineSchema };
const command = v.picklist(['indexWorkspace', 'resumeIndexing', 'showIndex', 'openFolder']);

/** Checks what the search view asks. It draws file content, so it is not trusted. */
export const searchViewValidators: Validators<SearchViewHostContract> = {
  state: checkedBy(v.null()),
  search: checkedBy(v.strictObject({ typed })),
  hints: checkedBy(v.strictObject({ typed })),
  open: checkedBy(v.strictObject({ ...place, keepFocus: v.boolean() })),
  askAbout: checkedBy(v.strictObject({ ...place, symbol: v.pipe(v.string(), v.maxLength(4_096)) })),
  runCommand: checkedBy(v.strictObject({ command })),
};
