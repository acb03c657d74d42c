import assert from 'node:assert/strict';
import { SavedView } from '../../../media/chat/savedView.ts';

describe('SavedView', () => {
  it('keeps draft, outgoing question and scroll position across a reload', () => {
    const keeper = memory();
    const outgoing = { clientMessageId: 'a', text: 'Why?' };
    const scroll = { conversationId: 'c', messageId: 'm', offset: 12, atEnd: false };
    const saved = new SavedView(keeper);
    saved.change({ draft: 'Half a ques' });
    const history = { openFolders: ['f'], foldedSections: ['today'] };
    saved.change({ outgoing, scroll, history });
    saved.flush();
    const reloaded = new SavedView(keeper);
    assert.deepEqual(
      { draft: reloaded.draft, outgoing: reloaded.outgoing, scroll: reloaded.scroll, history: reloaded.history },
      { draft: 'Half a ques', outgoing, scroll, history },
    );
  });

  it('saves by itself a moment after a change', async () => {
    const keeper = memory();
    new SavedView(keeper).change({ draft: 'x' });
    while (keeper.state === undefined) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.equal(new SavedView(keeper).draft, 'x');
  });

  for (const state of [
    undefined,
    null,
    7,
    'text',
    [],
    {},
    { draft: 7 },
    { draft: 'x', outgoing: { text: 'y' } },
    { scroll: { conversationId: 1 } },
    { history: { openFolders: 'f', foldedSections: [7, null] } },
  ]) {
    it(`takes what fits of ${JSON.stringify(state)}`, () => {
      const saved = new SavedView({ getState: () => state, setState: (value) => value });
      assert.equal(
        saved.draft,
        state !== null && typeof state === 'object' && 'draft' in state && state.draft === 'x' ? 'x' : '',
      );
      assert.equal(saved.outgoing, null);
      assert.equal(saved.scroll, null);
      assert.deepEqual(saved.history, { openFolders: [], foldedSections: [] });
    });
  }

  function memory(): { state: unknown; getState(): unknown; setState(state: unknown): unknown } {
    return {
      state: undefined,
      getState() {
        return this.state;
      },
      setState(state) {
        // As VS Code does: what is kept is a copy.
        this.state = structuredClone(state);
        return state;
      },
    };
  }
});
