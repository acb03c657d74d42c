import { t } from '../../../src/base/texts.ts';
import type { JSX } from 'preact';
import type { ToolCall } from '../../../src/protocol/toolCalls.ts';
import { Icon } from './icon.tsx';

const icons = { called: 'circle-outline', done: 'check', failed: 'error', denied: 'circle-slash' } as const;

/** What the model called, one card each: its name and how it went; with what, and what came back, on a click. */
export function ToolCards({ calls }: { readonly calls: readonly ToolCall[] }): JSX.Element {
  return (
    <section class="tool-cards" aria-label={t('Tool calls')}>
      {calls.map(({ id, name, input, output, state }) => (
        <details class={`tool-card tool-${state}`} key={id}>
          <summary>
            <Icon name="chevron-right" />
            <Icon name="tools" />
            <span class="tool-name">{name}</span>
            <span class="tool-state">
              <Icon name={icons[state]} />
              {stateText(state)}
            </span>
          </summary>
          {/* Texts of models and tools: shown as they are, never as markup. */}
          <div class="tool-label">{t('Called with')}</div>
          <pre tabIndex={0}>{input === '' ? t('Nothing') : input}</pre>
          {output !== null && (
            <>
              <div class="tool-label">{state === 'failed' ? t('Error') : t('Result')}</div>
              <pre tabIndex={0}>{output === '' ? t('Nothing') : output}</pre>
            </>
          )}
        </details>
      ))}
    </section>
  );
}

function stateText(state: ToolCall['state']): string {
  switch (state) {
    case 'called':
      return t('No result');
    case 'done':
      return t('Done');
    case 'failed':
      return t('Failed');
    case 'denied':
      return t('Not allowed');
  }
}
