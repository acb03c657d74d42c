import { render } from 'preact';
import { usePageLanguage } from '../common/pageLanguage.ts';
import { hostChannel } from '../chat/vscodeApi.ts';
import { SearchApp } from './searchApp.tsx';
import { SearchState } from './searchState.ts';
import './styles/main.css';

usePageLanguage();
const api = acquireVsCodeApi();
const state = new SearchState(hostChannel(api), api);
const root = document.getElementById('app');
if (root !== null) render(<SearchApp state={state} />, root);
await state.load();
