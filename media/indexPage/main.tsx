import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';
import { render } from 'preact';
import { usePageLanguage } from '../common/pageLanguage.ts';
import { hostChannel } from '../chat/vscodeApi.ts';
import { IndexPage } from './indexPage.tsx';
import { PageState } from './pageState.ts';
import './styles/main.css';

usePageLanguage();
const state = new PageState(hostChannel(acquireVsCodeApi()));
const root = document.getElementById('app');
if (root !== null) render(<IndexPage state={state} />, root);
await state.load();
