import assert from 'node:assert/strict';
import { SextantError, errorCode, errorMessage, isAbort, isSextantError } from '../../../src/base/errors.ts';

describe('Errors', () => {
  it('keep code, sentence, data and cause', () => {
    const cause = new Error('EACCES');
    const error = new SextantError('read-only', 'The disk is read-only.', { cause, data: { tries: 2 } });
    assert.deepEqual(
      [error.code, error.message, error.cause, error.data, isSextantError(error)],
      ['read-only', 'The disk is read-only.', cause, { tries: 2 }, true],
    );
    assert.equal('cause' in new SextantError('invalid', 'No.'), false);
  });

  const aborted = new AbortController();
  aborted.abort();
  const cases: { what: string; error: unknown; abort: boolean; code: string; message: string }[] = [
    {
      what: 'an abort signal’s reason',
      error: aborted.signal.reason,
      abort: true,
      code: 'internal',
      message: 'This operation was aborted',
    },
    {
      what: 'ours with code aborted',
      error: new SextantError('aborted', 'Stopped.'),
      abort: true,
      code: 'aborted',
      message: 'Stopped.',
    },
    {
      what: 'ours with another code',
      error: new SextantError('closed', 'Gone.'),
      abort: false,
      code: 'closed',
      message: 'Gone.',
    },
    {
      what: 'a Node error',
      error: Object.assign(new Error('no entry'), { code: 'ENOENT' }),
      abort: false,
      code: 'internal',
      message: 'no entry',
    },
    { what: 'a string', error: 'thrown', abort: false, code: 'internal', message: 'thrown' },
    { what: 'null', error: null, abort: false, code: 'internal', message: 'null' },
  ];
  for (const { what, error, abort, code, message } of cases) {
    it(`reads ${what}`, () => {
      assert.deepEqual([isAbort(error), errorCode(error), errorMessage(error)], [abort, code, message]);
    });
  }
});
