import assert from 'node:assert/strict';
import { isSextantError } from '../../../src/base/errors.ts';
import { indexPageValidators } from '../../../src/protocol/indexPageValidators.ts';
import { requestsPageValidators } from '../../../src/protocol/requestsPageValidators.ts';
import { searchViewValidators } from '../../../src/protocol/searchViewValidators.ts';

const place = { folder: '/work', path: 'src/a.ts', startLine: 1, endLine: 3 };

describe('What the pages about the index and about requests ask', () => {
  const good: readonly (readonly [(params: unknown) => unknown, unknown])[] = [
    [indexPageValidators.state, null],
    [indexPageValidators.leftOut, { text: '' }],
    [indexPageValidators.leftOut, { text: 'a', reason: 'binary' }],
    [indexPageValidators.openFile, { folder: '/work', path: 'a' }],
    [indexPageValidators.runCommand, { command: 'rebuildIndex' }],
    [indexPageValidators.setCpuPercent, { percent: 25 }],
    [searchViewValidators.search, { typed: 'retry' }],
    [searchViewValidators.open, { ...place, keepFocus: true }],
    [searchViewValidators.askAbout, { ...place, symbol: '' }],
    [requestsPageValidators.state, { since: 0 }],
    [requestsPageValidators.list, { since: 1, purpose: 'chat', addresses: ['a'], before: { at: 1, id: 'r-1' } }],
  ];
  const bad: readonly (readonly [(params: unknown) => unknown, unknown])[] = [
    [indexPageValidators.state, {}],
    [indexPageValidators.leftOut, { text: 'x'.repeat(1001) }],
    [indexPageValidators.leftOut, { text: 'x', limit: 1e9 }],
    [indexPageValidators.openFile, { folder: '/work', path: '' }],
    [indexPageValidators.runCommand, { command: 'sextant.clearData' }],
    [indexPageValidators.runCommand, { command: 'constructor' }],
    [searchViewValidators.search, { typed: 'x'.repeat(20_001) }],
    [indexPageValidators.setCpuPercent, { percent: 0 }],
    [indexPageValidators.setCpuPercent, { percent: '50' }],
    [searchViewValidators.search, { typed: ['x'] }],
    [searchViewValidators.open, { ...place, startLine: 0, keepFocus: true }],
    [searchViewValidators.open, { ...place, endLine: 1.5, keepFocus: true }],
    [searchViewValidators.open, place],
    [searchViewValidators.runCommand, { command: 'clearData' }],
    [requestsPageValidators.list, { since: 1, limit: 1e9 }],
    [requestsPageValidators.list, { since: -1 }],
    [requestsPageValidators.list, { since: 1, purpose: 'chatting' }],
    [requestsPageValidators.list, { since: 1, before: { at: 1, id: "'; --" } }],
    [requestsPageValidators.runCommand, { command: 'clearData' }],
  ];

  it('is taken as it is when it is in order', () => {
    for (const [check, params] of good) assert.deepEqual(check(params), params);
  });

  it('is refused with a sentence when it is not', () => {
    for (const [check, params] of bad) {
      assert.throws(
        () => check(params),
        (error) => isSextantError(error) && error.code === 'invalid',
        JSON.stringify(params).slice(0, 80),
      );
    }
  });
});
