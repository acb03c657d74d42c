import { errorCode } from '../base/errors.ts';
import type { FileRequests } from '../protocol/library.ts';
import { draftFile, insertFile, isOwnFile } from './attachmentRepository.ts';
import { checkName } from './checkName.ts';
import type { FileStore } from './files/fileStore.ts';
import type { RequestHandlers, StoreAccess } from './storeAccess.ts';

/** Answers what concerns the bytes of attachments. */
export function fileHandlers(
  { read, write }: StoreAccess,
  files: Pick<FileStore, 'put' | 'get'>,
): RequestHandlers<FileRequests> {
  return {
    'files.put': async ({ bytes, mimeType }) => {
      const checked = checkName(mimeType);
      // The bytes first: nothing may refer to what is not there.
      const file = await files.put(bytes);
      await write(null, async (scope) => {
        await insertFile(scope, { ...file, mimeType: checked });
        await draftFile(scope, file);
      });
      // Again: somebody who deleted an equal one meanwhile may have taken it for unused.
      await files.put(bytes);
      return file;
    },
    'files.get': async ({ sha256 }) => {
      if (!(await read((scope) => isOwnFile(scope, sha256)))) return null;
      try {
        return await files.get(sha256);
      } catch (error) {
        if (errorCode(error) === 'not-found') return null;
        throw error;
      }
    },
  };
}
