import assert from 'node:assert/strict';
import { versionRows } from '../../../media/chat/versionRows.ts';
import type { MessageNode } from '../../../src/protocol/library.ts';

/** Nodes from `id` and `parent>id`. */
function tree(...edges: readonly string[]): MessageNode[] {
  return edges.map((edge, at) => {
    const [id = '', parentId = null] = edge.split('>').reverse();
    return { id, parentId, role: at % 2 === 0 ? 'user' : 'assistant', status: 'complete', createdAt: at, preview: id };
  });
}

const outline = (nodes: readonly MessageNode[]): string[] =>
  versionRows(nodes, new Set(['a', 'b'])).map(
    ({ id, depth, count, isShown }) => `${'  '.repeat(depth)}${id} ${count}${isShown ? ' shown' : ''}`,
  );

describe('The versions of a chat', () => {
  it('are one stretch where nothing branches', () => {
    assert.deepEqual(outline([]), []);
    assert.deepEqual(outline(tree('a', 'a>b', 'b>c')), ['a 3 shown']);
  });

  it('branch off below what they have in common', () => {
    assert.deepEqual(outline(tree('a', 'a>b', 'b>c', 'b>d', 'd>e', 'a>f')), [
      'a 1 shown',
      '  b 1 shown',
      '    c 1',
      '    d 2',
      '  f 1',
    ]);
  });

  it('can differ from the first question on', () => {
    assert.deepEqual(outline(tree('a', 'b', 'a>c')), ['  a 2 shown', '  b 1 shown']);
  });

  it('begin with what can be read, not with marks', () => {
    const node = { id: 'a', parentId: null, role: 'user', status: 'complete', createdAt: 0 } as const;
    const preview = '## **Buoys** and [`bells`](bell.md): 2 * 3 * 4';
    assert.equal(versionRows([{ ...node, preview }], new Set())[0]?.preview, 'Buoys and bells: 2 * 3 * 4');
  });
});
