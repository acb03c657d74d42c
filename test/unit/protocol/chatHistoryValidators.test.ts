import assert from 'node:assert/strict';
import { isSextantError } from '../../../src/base/errors.ts';
import { chatsLimit } from '../../../src/protocol/chatHistory.ts';
import { chatHistoryValidators } from '../../../src/protocol/chatHistoryValidators.ts';

type Method = keyof typeof chatHistoryValidators;

const id = '019ab000-0000-7000-8000-000000000000';

describe('What the chat view asks about past chats', () => {
  const good: readonly (readonly [Method, unknown])[] = [
    ['listConversations', { limit: 100, filter: {} }],
    [
      'listConversations',
      { before: 5, limit: 1000, filter: { folderId: null, isPinned: false, isThisWorkspace: true } },
    ],
    ['updateConversations', { ids: [id], changes: { folderId: null, isArchived: true, isPinned: false, title: 'x' } }],
    ['deleteConversations', { ids: [id, id] }],
    ['undeleteConversations', { ids: [id] }],
    ['holdDeletedConversations', { ids: [id] }],
    ['exportConversations', { ids: [id], format: 'json' }],
    [
      'searchHistory',
      { query: '"a b" -c', filter: { role: 'user', model: { provider: 'p', model: 'm' } }, offset: 50, isDeep: true },
    ],
    ['searchHistory', { query: 'a', filter: { conversationId: id }, offset: 0, isDeep: false }],
    ['listFolders', null],
    ['createFolder', { id, name: 'Work', parentId: null }],
    ['renameFolder', { id, name: 'Work' }],
    ['moveFolder', { id, parentId: id, before: null }],
    ['deleteFolder', { id, conversations: 'keep' }],
  ];
  for (const [method, params] of good) {
    it(`is let through: ${method} ${JSON.stringify(params)}`, () => {
      assert.deepEqual(chatHistoryValidators[method](params), params);
    });
  }

  const bad: readonly (readonly [Method, string, unknown])[] = [
    ['listConversations', 'without a limit', { filter: {} }],
    ['listConversations', 'a page too long', { limit: 1e9, filter: {} }],
    ['listConversations', 'a time that is none', { limit: 1, before: Number.NaN, filter: {} }],
    ['listConversations', 'a workspace of its own choice', { limit: 1, filter: { workspaceUri: 'file:///' } }],
    ['updateConversations', 'none at all', { ids: [], changes: {} }],
    ['updateConversations', 'another column', { ids: [id], changes: { userId: 'x' } }],
    ['updateConversations', 'an empty title', { ids: [id], changes: { title: '' } }],
    ['updateConversations', 'an endless title', { ids: [id], changes: { title: 'x'.repeat(1e6) } }],
    ['deleteConversations', 'too many', { ids: Array.from({ length: chatsLimit + 1 }, () => id) }],
    ['deleteConversations', 'a path for an id', { ids: ['../../etc'] }],
    ['undeleteConversations', 'an id that is no text', { ids: [{}] }],
    ['exportConversations', 'a format that is none', { ids: [id], format: 'exe' }],
    ['exportConversations', 'a file of its own choice', { ids: [id], format: 'json', file: '/tmp/x' }],
    ['searchHistory', 'an endless search', { query: 'x'.repeat(1e6), filter: {}, offset: 0, isDeep: false }],
    ['searchHistory', 'before the beginning', { query: 'x', filter: {}, offset: -1, isDeep: false }],
    ['searchHistory', 'a role that is none', { query: 'x', filter: { role: 'system' }, offset: 0, isDeep: false }],
    ['listFolders', 'something', {}],
    ['createFolder', 'a folder without a parent', { id, name: 'x' }],
    ['createFolder', 'a folder without a name', { id, name: '', parentId: null }],
    ['moveFolder', 'a sibling that is none', { id, parentId: null, before: 7 }],
    ['deleteFolder', 'neither kept nor deleted', { id, conversations: 'burn' }],
  ];
  for (const [method, name, params] of bad) {
    it(`is refused: ${method} of ${name}`, () => {
      assert.throws(
        () => chatHistoryValidators[method](params),
        (error) => isSextantError(error) && error.code === 'invalid',
      );
    });
  }
});
