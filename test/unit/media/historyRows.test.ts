import assert from 'node:assert/strict';
import { dropTarget, isInside } from '../../../media/chat/history/dropTarget.ts';
import { resultRows } from '../../../media/chat/history/resultRows.ts';
import { RowLayout } from '../../../media/chat/history/rowLayout.ts';
import { type ListKey, type Row, isItem } from '../../../media/chat/history/rows.ts';
import { titleQuery, titleRanges } from '../../../media/chat/history/titleQuery.ts';
import { dayGroup, shortTime } from '../../../media/chat/history/times.ts';
import { treeMove, typeAhead } from '../../../media/chat/history/treeKeys.ts';
import { type KnownList, type TreeState, treeRows } from '../../../media/chat/history/treeRows.ts';
import type { ConversationSummary } from '../../../src/protocol/store.ts';
import { hit } from '../../fixtures/webviewHost/historyScenes.ts';
import { conversation } from '../../fixtures/webviewHost/scriptedHost.ts';

const nowMs = new Date(2026, 10, 22, 12).getTime();
const hourMs = 3_600_000;
const chat = (title: string, hoursAgo: number, fields: Partial<ConversationSummary> = {}): ConversationSummary =>
  conversation({ id: title, title, lastMessageAt: nowMs - hoursAgo * hourMs, ...fields });
const folder = (id: string, parentId: string | null = null, sortOrder = 0, conversationCount = 0) => ({
  ...{ id, name: id, parentId, sortOrder, conversationCount },
});
const known = (...items: ConversationSummary[]): KnownList => ({ items, isComplete: true, failure: null });

function tree(lists: Partial<Record<ListKey, KnownList>>, fields: Partial<TreeState> = {}): Row[] {
  return treeRows({
    ...{ isArchived: false, folders: [], openFolders: new Set(), foldedSections: new Set(), newFolder: null },
    ...{ nowMs, language: 'en', list: (key: ListKey) => lists[key] ?? known() },
    ...fields,
  });
}

/** Rows as their words, further in by a dot a level. */
function shape(rows: readonly Row[]): string[] {
  return rows.map((row) => '·'.repeat(row.level - 1) + wordsOf(row));
}

function wordsOf(row: Row): string {
  switch (row.type) {
    case 'section':
      return `[${row.label}]`;
    case 'folder':
      return `${row.folder.name}/ ${row.count}`;
    case 'chat':
      return row.conversation.title;
    case 'hit':
      return `“${row.hit.snippet}”`;
    case 'note':
      return `(${row.text})`;
    case 'newFolder':
      return '(name)';
    case 'more':
      return `(more of ${row.list})`;
    case 'failed':
      return `(${row.message})`;
  }
}

describe('The rows of the history', () => {
  const folders = [folder('work', null, 1, 2), folder('play', null, 0), folder('deep', 'work', 0, 3)];
  const lists: Partial<Record<ListKey, KnownList>> = {
    pinned: known(chat('pin', 900)),
    'folder work': known(chat('w1', 3), chat('w2', 4)),
    unfiled: known(
      chat('a', 1),
      chat('b', 13),
      chat('c', 30),
      chat('d', 24 * 5),
      chat('e', 24 * 40),
      chat('f', 24 * 400),
    ),
  };

  it('are pinned chats, folders in their order, then days and months', () => {
    assert.deepEqual(shape(tree(lists, { folders })), [
      ...['[Pinned]', '·pin', 'play/ 0', 'work/ 5'],
      ...['[Today]', '·a', '[Yesterday]', '·b', '·c', '[Last 7 days]', '·d'],
      ...['[October]', '·e', '[October 2025]', '·f'],
    ]);
  });

  it('show what is in an open folder: folders, then its chats', () => {
    const rows = tree(lists, { folders, openFolders: new Set(['work', 'deep', 'play']) });
    assert.deepEqual(shape(rows).slice(2, 9), [
      ...['play/ 0', '·(No chats in this folder)', 'work/ 5', '·deep/ 3', '··(No chats in this folder)', '·w1', '·w2'],
    ]);
  });

  it('leave out what is folded, and go on below it', () => {
    const rows = tree(lists, { foldedSections: new Set(['pinned', 'today']) });
    assert.deepEqual(shape(rows).slice(0, 4), ['[Pinned]', '[Today]', '[Yesterday]', '·b']);
  });

  it('end with more where more may come, or with why it cannot', () => {
    const unfiled = { items: [chat('a', 1)], isComplete: false, failure: null };
    assert.deepEqual(shape(tree({ unfiled })), ['[Today]', '·a', '·(more of unfiled)']);
    assert.deepEqual(shape(tree({ unfiled: { ...unfiled, failure: 'No disk.' } })), ['[Today]', '·a', '·(No disk.)']);
  });

  it('know their place among their siblings, as far as these are known', () => {
    const unfiled = { items: [chat('a', 1), chat('b', 2)], isComplete: false, failure: null };
    const places = tree({ pinned: known(chat('p', 1), chat('q', 2)), unfiled })
      .filter(isItem)
      .map(({ position, setSize }) => `${position}/${setSize}`);
    assert.deepEqual(places, ['1/-1', '1/2', '2/2', '2/-1', '1/-1', '2/-1']);
  });

  it('have keys of their own, also where a chat is shown twice', () => {
    const pinned = chat('w1', 3, { isPinned: true });
    const rows = tree({ ...lists, pinned: known(pinned) }, { folders, openFolders: new Set(['work']) });
    assert.equal(new Set(rows.map(({ key }) => key)).size, rows.length);
    assert.equal(rows.filter((row) => row.type === 'chat' && row.conversation.id === 'w1').length, 2);
  });

  it('put folders whose parent is unknown at the top', () => {
    assert.deepEqual(shape(tree({}, { folders: [folder('lost', 'gone')] })), ['lost/ 0']);
  });

  it('have the name of a new folder first in its parent', () => {
    const rows = tree({}, { folders, newFolder: { parentId: 'work' } });
    assert.deepEqual(shape(rows), ['play/ 0', 'work/ 5', '·(name)', '·deep/ 3']);
  });

  it('of what is archived are days alone', () => {
    const rows = tree({ ...lists, archived: known(chat('old', 30)) }, { folders, isArchived: true });
    assert.deepEqual(shape(rows), ['[Yesterday]', '·old']);
  });

  it('of a search are titles, then messages with their number', () => {
    const state = {
      chats: [{ conversation: chat('a', 1), at: 0, highlights: [] }],
      ...{ hits: [hit('a', 'one', 'one')], total: 7, failure: null, foldedSections: new Set<string>() },
    };
    assert.deepEqual(shape(resultRows(state)), ['[Titles]', '·a', '[Messages]', '·“one”', '·(more of hits)']);
    assert.deepEqual(shape(resultRows({ ...state, chats: [], hits: [], total: 0, failure: 'No.' })), ['·(No.)']);
  });

  it('lie below each other', () => {
    const rows = tree(lists);
    const layout = new RowLayout(rows);
    assert.equal(layout.topOf(rows.length), layout.height);
    for (let at = 0; at < rows.length; at += 1) {
      assert.equal(layout.rowAt(layout.topOf(at)), at);
      assert.equal(layout.rowAt(layout.topOf(at + 1) - 1), at);
    }
    assert.equal(layout.rowAt(1e9), rows.length - 1);
    assert.equal(new RowLayout([]).rowAt(5), 0);
  });

  describe('under the keys', () => {
    const rows = tree({ ...lists, unfiled: { ...known(chat('a', 1), chat('ab', 2)), isComplete: false } }, { folders });
    const at = (words: string): number => shape(rows).indexOf(words);
    const go = (from: string, key: string, page = 3): string | null => {
      const move = treeMove(rows, at(from), key, page);
      return move === null ? null : `${move.type} ${wordsOf(move.row)}`;
    };
    const cases: readonly (readonly [string, string, string | null])[] = [
      ['[Pinned]', 'ArrowDown', 'to pin'],
      ['[Pinned]', 'ArrowUp', null],
      ['·ab', 'ArrowDown', null],
      ['[Pinned]', 'ArrowRight', 'to pin'],
      ['[Pinned]', 'ArrowLeft', 'fold [Pinned]'],
      ['play/ 0', 'ArrowRight', 'open play/ 0'],
      ['play/ 0', 'ArrowLeft', null],
      ['·a', 'ArrowLeft', 'to [Today]'],
      ['·a', 'ArrowRight', null],
      ['·a', 'Home', 'to [Pinned]'],
      ['·pin', 'End', 'to ab'],
      ['[Pinned]', 'PageDown', 'to work/ 5'],
      ['·ab', 'PageDown', 'to ab'],
      ['·ab', 'PageUp', 'to work/ 5'],
      ['·pin', 'PageUp', 'to [Pinned]'],
      ['·a', 'x', null],
    ];
    for (const [from, key, expected] of cases) {
      it(`${key} at ${from}: ${expected ?? 'nothing'}`, () => {
        assert.equal(go(from, key), expected);
      });
    }

    it('are found by their first letters, each in turn', () => {
      const typed = (from: string, letters: string): string | undefined => {
        const row = typeAhead(rows, at(from), letters);
        return row === undefined ? undefined : wordsOf(row);
      };
      assert.equal(typed('[Pinned]', 'a'), 'a');
      assert.equal(typed('·a', 'a'), 'ab');
      assert.equal(typed('·ab', 'a'), 'a', 'round the end');
      assert.equal(typed('[Pinned]', 'WO'), 'work/ 5');
      assert.equal(typed('[Pinned]', 'xyz'), undefined);
    });
  });

  describe('under what is dragged', () => {
    const rows = tree(lists, { folders, openFolders: new Set(['work']) });
    const layout = new RowLayout(rows);
    const yOf = (words: string, part: number): number => {
      const at = shape(rows).indexOf(words);
      return layout.topOf(at) + part * (layout.topOf(at + 1) - layout.topOf(at));
    };
    const chats = { type: 'chats', ids: ['x'] } as const;
    const dragged = (id: string) => ({ type: 'folder', folder: folders.find((each) => each.id === id)! }) as const;

    it('chats go into the folder, out of all, or to the pins', () => {
      const on = (words: string) => dropTarget(chats, yOf(words, 0.5), rows, layout, folders);
      assert.deepEqual(on('play/ 0'), { type: 'file', folderId: 'play' });
      assert.deepEqual(on('·w1'), { type: 'file', folderId: 'work' });
      assert.deepEqual(on('·a'), { type: 'file', folderId: null });
      assert.deepEqual(on('·pin'), { type: 'pin' });
      assert.deepEqual(dropTarget(chats, 1e6, rows, layout, folders), { type: 'file', folderId: null });
      assert.equal(dropTarget(chats, -5, rows, layout, folders), null);
    });

    it('folders go between siblings, into others, and never into themselves', () => {
      const place = (id: string, words: string, part: number) => {
        const target = dropTarget(dragged(id), yOf(words, part), rows, layout, folders);
        return target?.type === 'place' ? `${target.parentId ?? 'top'} before ${target.before ?? 'the end'}` : null;
      };
      assert.equal(place('work', 'play/ 0', 0.1), 'top before play');
      assert.equal(place('deep', 'play/ 0', 0.9), 'top before work');
      assert.equal(place('deep', 'play/ 0', 0.5), 'play before the end');
      assert.equal(place('deep', '·a', 0.5), 'top before the end');
      assert.equal(place('play', '·w1', 0.5), 'work before the end');
      assert.equal(place('work', '·deep/ 3', 0.5), null, 'into what is in it');
      assert.equal(place('play', 'play/ 0', 0.1), null, 'before itself');
    });

    it('a chain of folders that bites its tail ends', () => {
      const circle = [folder('a', 'b'), folder('b', 'a')];
      assert.equal(isInside('a', 'c', circle), false);
    });
  });
});

describe('The search of titles', () => {
  const cases: readonly (readonly [string, string, string | null])[] = [
    ['cafe', 'Im Café', 'Im [Café]'],
    ['STRASSE', 'Straße', null],
    ['two one', 'One and two', '[One] and [two]'],
    ['"and two"', 'One and two', 'One [and two]'],
    ['"two and"', 'One and two', null],
    ['one -two', 'One and two', null],
    ['-three one', 'One and two', '[One] and two'],
    ['lay*', 'Layers', '[Lay]ers'],
    ['日本', '新しい日本語', '新しい[日本]語'],
    ['ab bc', 'abc', '[abc]'],
    ['"open', 'It is open', 'It is [open]'],
    ['𝒳', 'x 𝒳 y', '[x] 𝒳 y'],
  ];
  for (const [query, title, expected] of cases) {
    it(`${query} in ${title}: ${expected ?? 'nothing'}`, () => {
      const ranges = titleRanges(title, titleQuery(query));
      const marked = ranges?.reduceRight(
        (text, [from, to]) => `${text.slice(0, from)}[${text.slice(from, to)}]${text.slice(to)}`,
        title,
      );
      assert.equal(marked ?? null, expected);
    });
  }
});

describe('The times of the history', () => {
  const groups: readonly (readonly [string, Date, string])[] = [
    ['today', new Date(2026, 10, 22, 0, 1), 'Today'],
    ['a clock that is ahead', new Date(2026, 10, 24), 'Today'],
    ['late yesterday', new Date(2026, 10, 21, 23, 59), 'Yesterday'],
    ['six days ago', new Date(2026, 10, 16, 1), 'Last 7 days'],
    ['earlier this month', new Date(2026, 10, 15, 23), 'November'],
    ['another month', new Date(2026, 2, 29, 3), 'March'],
    ['another year', new Date(2025, 10, 22), 'November 2025'],
  ];
  for (const [name, time, label] of groups) {
    it(`group ${name}`, () => {
      assert.equal(dayGroup(time.getTime(), nowMs, 'en').label, label);
    });
  }

  const shorts: readonly (readonly [number, string])[] = [
    [nowMs + hourMs, 'now'],
    [nowMs - 30_000, 'now'],
    [nowMs - 5 * 60_000, '5m'],
    [nowMs - 3.5 * hourMs, '3h'],
    [nowMs - 50 * hourMs, '2d'],
    [nowMs - 24 * 30 * hourMs, 'Oct 23'],
    [nowMs - 24 * 400 * hourMs, 'Oct 2025'],
  ];
  for (const [time, text] of shorts) {
    it(`say ${text}`, () => {
      assert.equal(shortTime(time, nowMs, 'en'), text);
    });
  }

  it('speak the language of the view', () => {
    assert.equal(dayGroup(new Date(2025, 2, 1).getTime(), nowMs, 'de').label, 'März 2025');
  });
});
