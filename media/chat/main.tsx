import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import { effect } from '@preact/signals-core';
import { render } from 'preact';
import { App } from './app.tsx';
import { ChatConnection } from './chatConnection.ts';
import { ChatState } from './chatState.ts';
import { ComposerDraft } from './composerDraft.ts';
import { createHistory } from './history/createHistory.ts';
import { Panels } from './panels.ts';
import { QuestionSender } from './questionSender.ts';
import { SavedView } from './savedView.ts';
import { usePageLanguage } from '../common/pageLanguage.ts';
import { hostChannel } from './vscodeApi.ts';
import './styles/main.css';

usePageLanguage();
const api = acquireVsCodeApi();
const state = new ChatState();
const saved = new SavedView(api);
const connection = new ChatConnection(hostChannel(api), state);
const draft = new ComposerDraft(saved);
const sender = new QuestionSender(connection.ask.bind(connection), saved);
const panels = new Panels();
const history = createHistory({
  connection,
  state,
  saved,
  panels,
  focusInput: () => {
    draft.focus();
  },
});
const root = document.getElementById('app');

if (root !== null) render(<App {...{ state, connection, saved, draft, sender, panels, history }} />, root);

effect(() => {
  if (state.connection.value.kind !== 'connected') return;
  saved.change({ conversationId: state.conversation.value?.id ?? null, tab: state.tab.value });
});
globalThis.addEventListener('focus', () => {
  connection.sayFocus(true);
});
globalThis.addEventListener('blur', () => {
  connection.sayFocus(false);
});
globalThis.addEventListener('pagehide', () => {
  saved.flush();
});

await connection.resync();
// A question that was on its way when the page went is either there now or still in the input.
if (sender.hasArrived(state.rows.value, state.queue.value)) {
  if (draft.text === saved.outgoing?.text) draft.text = '';
  saved.change({ outgoing: null });
}
requestAnimationFrame(() => {
  connection.sayReady();
  if (document.hasFocus()) connection.sayFocus(true);
});
