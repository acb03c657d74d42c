import type { JSX } from 'preact';
import { plural } from '../../../src/base/texts.ts';
import type { SentContext } from '../../../src/protocol/sentContext.ts';
import type { Ask } from '../chatConnection.ts';
import { Icon } from '../parts/icon.tsx';
import { tx } from '../../common/tx.ts';
import { visibleName } from '../visibleText.ts';
import { tokensText } from './tokensText.ts';

interface SentListProps {
  readonly messageId: string;
  readonly sent: readonly SentContext[];
  readonly ask: Ask;
}

/** What went along with a question, folded; each can be read as it was then. */
export function SentList({ messageId, sent, ask }: SentListProps): JSX.Element | null {
  if (sent.length === 0) return null;
  const tokens = sent.reduce((sum, item) => sum + item.tokens, 0);
  return (
    <details class="sent">
      <summary>
        <Icon name="chevron-right" />
        {tx('{0} went along · {1} tokens', <span class="sent-what">{sentText(sent)}</span>, tokensText(tokens))}
      </summary>
      <ul>
        {sent.map((item, at) => (
          <li key={at}>
            <button
              type="button"
              class="sent-item"
              title={[item.label, item.detail].filter((part) => part !== '').join('\n')}
              onClick={() => void ask('openSent', { messageId, at })}
            >
              <Icon name={item.icon} />
              <span class="sent-label">{visibleName(item.label)}</span>
              {item.isPinned && <Icon name="pinned" />}
              <span class="attachment-tokens">{tokensText(item.tokens)}</span>
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** What goes along in a few words. */
export function sentText(sent: readonly SentContext[]): string {
  const [first] = sent;
  return sent.length === 1 && first !== undefined
    ? visibleName(first.label)
    : plural(sent.length, '{0} thing', '{0} things');
}
