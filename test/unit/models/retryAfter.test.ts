import assert from 'node:assert/strict';
import { retryAfterMs } from '../../../src/models/retryAfter.ts';

const NOW = Date.UTC(2026, 0, 1, 12, 0, 0);
const day = 86_400_000;

const cases: readonly [string, Record<string, string>, string, number | null][] = [
  ['nothing', {}, '', null],
  ['seconds', { 'retry-after': '30' }, '', 30_000],
  ['a date', { 'retry-after': 'Thu, 01 Jan 2026 12:01:00 GMT' }, '', 60_000],
  ['a date that has passed', { 'retry-after': 'Thu, 01 Jan 2026 11:00:00 GMT' }, '', 0],
  ['milliseconds, which win', { 'retry-after-ms': '1500', 'retry-after': '30' }, '', 1500],
  ['nonsense', { 'retry-after': 'soon' }, '', null],
  ['a negative number', { 'retry-after': '-5' }, '', null],
  ['more than anybody waits', { 'retry-after': '99999999999999' }, '', 365 * day],
  ["Google's body", {}, '{"error":{"details":[{"@type":"x"},{"retryDelay":"34.5s"}]}}', 34_500],
  ['a body without it', {}, '{"error":{"details":"none"}}', null],
];

describe('how long a provider asks to wait', () => {
  for (const [title, headers, body, expected] of cases) {
    it(`is read from ${title}`, () => {
      assert.equal(retryAfterMs(new Headers(headers), body, NOW), expected);
    });
  }
});
