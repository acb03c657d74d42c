import type { JSX } from 'preact';
import { t } from '../../../src/base/texts.ts';
import type { ChatHostContract, ViewCommand } from '../../../src/protocol/chatView.ts';
import type { IndexStatus } from '../../../src/protocol/contextIndex.ts';
import type { Ask } from '../chatConnection.ts';
import { indexSentence, skippedSentence } from '../indexSentence.ts';
import { Icon } from './icon.tsx';

interface IndexLineProps {
  readonly index: ChatHostContract['events']['index'];
  readonly ask: Ask;
}

/** The state of the index in a line, with its progress and the button that fits. */
export function IndexLine({ index: { status, hasWorkspace }, ask }: IndexLineProps): JSX.Element | null {
  const sentence = indexSentence(status) ?? (hasWorkspace ? t('Not indexed yet') : null);
  if (sentence === null) return null;
  const details = [status.phase === 'failed' ? '' : (status.message ?? ''), skippedSentence(status)];
  const isMoving = status.phase === 'indexing' && status.filesTotal > 0;
  return (
    <div class={`index-line index-${status.phase}`}>
      {isMoving && <vscode-progress-bar ariaLabel={t('Indexing')} value={status.filesDone} max={status.filesTotal} />}
      <div class="index-text" title={details.filter((detail) => detail !== '').join('\n')}>
        <Icon name={iconOf(status)} />
        <span class="index-sentence">{sentence}</span>
        {actionsOf(status).map(({ label, command }) => (
          <button
            type="button"
            class="link-button"
            key={command}
            onClick={() => {
              void ask('runCommand', { command });
            }}
          >
            {label}
          </button>
        ))}
      </div>
    </div>
  );
}

function iconOf({ phase, message }: IndexStatus): string {
  switch (phase) {
    case 'none':
      return 'search';
    case 'opening':
    case 'scanning':
    case 'indexing':
      return 'sync';
    case 'paused':
      return 'debug-pause';
    case 'ready':
      return message === undefined ? 'check' : 'info';
    case 'failed':
      return 'warning';
  }
}

function actionsOf({ phase }: IndexStatus): { label: string; command: ViewCommand }[] {
  switch (phase) {
    case 'none':
      return [{ label: t('Index workspace'), command: 'indexWorkspace' }];
    case 'scanning':
    case 'indexing':
      return [{ label: t('Pause'), command: 'pauseIndexing' }];
    case 'paused':
      return [{ label: t('Resume'), command: 'resumeIndexing' }];
    case 'failed':
      return [
        { label: t('Try again'), command: 'indexWorkspace' },
        { label: t('Show log'), command: 'showLog' },
      ];
    case 'opening':
    case 'ready':
      return [];
  }
}
