import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { createTerminal } from '../../../src/cli/terminal.ts';

function terminal(isTty: boolean): { it: ReturnType<typeof createTerminal>; out(): string; err(): string } {
  const out = new PassThrough();
  const err = Object.assign(new PassThrough(), { isTTY: isTty, columns: 20 });
  const read = (stream: PassThrough): string => String(stream.read() ?? '');
  return { it: createTerminal(out, err), out: () => read(out), err: () => read(err) };
}

describe('The terminal', () => {
  it('lets no control character of a file through', () => {
    const { it: to, out, err } = terminal(false);
    to.print('a\u001b]0;title\u0007b\tc\r\n\u009b2Jd\u007f\n');
    to.note('x\u001b[2Jy');
    assert.deepEqual([out(), err()], ['a␛]0;title␇b\tc\n\ufffd2Jd␡\n', 'x␛[2Jy\n']);
  });

  it('writes JSON as it is, in whole', () => {
    const { it: to, out } = terminal(false);
    to.printJson([{ text: 'a\u001bb' }]);
    assert.equal(out(), `${JSON.stringify([{ text: 'a\u001bb' }], null, 2)}\n`);
  });

  it('shows progress on one line where someone watches, and takes it away before anything else', () => {
    const { it: to, err } = terminal(true);
    to.progress('Indexing… 1 of 2 files and more');
    to.progress('Indexing… 2');
    to.note('Done.');
    to.progress(null);
    assert.equal(err(), 'Indexing… 1 of 2 fi\r\u001b[2KIndexing… 2\r\u001b[2KDone.\n');
  });

  it('shows no progress in a file or pipe', () => {
    const { it: to, err } = terminal(false);
    to.progress('Indexing…');
    assert.equal(err(), '');
  });
});
