import assert from 'node:assert/strict';
import { splitIdentifier } from '../../../../src/base/words/splitIdentifier.ts';

describe('splitIdentifier', () => {
  for (const [identifier, parts] of Object.entries({
    parse: ['parse'],
    parseHTTPRequest_v2: ['parse', 'http', 'request', 'v2'],
    XMLParser: ['xml', 'parser'],
    IOError: ['io', 'error'],
    utf8Decoder: ['utf8', 'decoder'],
    MAX_FILE_BYTES: ['max', 'file', 'bytes'],
    __init__: ['init'],
    $scope$: ['scope'],
    aB: ['a', 'b'],
    ABC: ['abc'],
    _: [],
    '': [],
  })) {
    it(`cuts “${identifier}”`, () => {
      assert.deepEqual(splitIdentifier(identifier), parts);
    });
  }
});
