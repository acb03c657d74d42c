// Makes components follow the signals that they read.
import '@preact/signals';
import '@vscode-elements/elements/dist/vscode-button/index.js';
import { render } from 'preact';
import { usePageLanguage } from '../common/pageLanguage.ts';
import { hostChannel } from '../chat/vscodeApi.ts';
import { PageState } from './pageState.ts';
import { PrivacyPage } from './privacyPage.tsx';
import './styles/main.css';

usePageLanguage();
const state = new PageState(hostChannel(acquireVsCodeApi()));
const root = document.getElementById('app');
if (root !== null) render(<PrivacyPage state={state} />, root);
await state.load();
