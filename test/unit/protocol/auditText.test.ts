import assert from 'node:assert/strict';
import type { AuditEntry } from '../../../src/protocol/archive.ts';
import { auditCsv, auditEntryJson, auditJson } from '../../../src/protocol/auditText.ts';

describe('The audit log, given out', () => {
  const entry: AuditEntry = { id: '2', at: 0, action: 'data exported', subject: 'all chats', detail: { chats: 3 } };
  const row = { time: '1970-01-01T00:00:00.000Z', action: 'data exported', subject: 'all chats', detail: { chats: 3 } };

  it('is JSON with times that people read, in its order', () => {
    assert.deepEqual(JSON.parse(auditJson([entry, { ...entry, subject: 'one' }])), [row, { ...row, subject: 'one' }]);
    assert.deepEqual(JSON.parse(auditEntryJson(entry)), row);
    assert.equal(auditJson([]), '[]\n');
  });

  it('is CSV with a head, one line for each', () => {
    assert.equal(
      auditCsv([entry]),
      '"time","action","subject","detail"\r\n' +
        '"1970-01-01T00:00:00.000Z","data exported","all chats","{""chats"":3}"\r\n',
    );
    assert.equal(auditCsv([]), '"time","action","subject","detail"\r\n');
  });

  for (const [what, subject, cell] of [
    ['a quotation', 'a "b", c', '"a ""b"", c"'],
    ['two lines', 'a\nb', '"a\nb"'],
    ['what a spreadsheet would run', '=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
    ['what a spreadsheet would run after a sign', '@SUM(1)', `"'@SUM(1)"`],
  ] as const) {
    it(`keeps in one cell ${what}`, () => {
      assert.ok(auditCsv([{ ...entry, subject }]).includes(`,${cell},`));
    });
  }
});
