import { SextantError } from '../../base/errors.ts';
import type { Caller } from '../../base/rpc.ts';
import { figure, t } from '../../base/texts.ts';
import type { SentContext } from '../../protocol/sentContext.ts';
import type { Message, QuestionContext, StoreContract } from '../../protocol/store.ts';
import { attachmentsOf } from '../attach/questionContext.ts';
import { callAgain } from '../callAgain.ts';
import { largestAttached } from './promptTooLong.ts';

/** What can be done about a prompt that is too long: its chat summarised, or what is largest of what is attached left out, or cut. */
export type WayToFit = 'compact' | 'leave-out' | 'send-part';

/** What an attachment may take of the room, together with all else that is attached. */
const SHARE = 0.5;
/** A part is shorter than what was too long, also where all was counted too low. */
const LONGEST_PART = 0.75;
const SHORTEST_PART_TOKENS = 100;

/** What goes along with a question, without the largest of it or with a part of that which fits into `room` tokens. */
export async function lessContext(
  { sent = [] }: Pick<Message, 'sent'>,
  how: Exclude<WayToFit, 'compact'>,
  room: number,
  store: Caller<StoreContract>,
): Promise<QuestionContext> {
  const largest = largestAttached(sent);
  if (largest === null)
    throw new SextantError('invalid', t('Nothing is attached to this question that could be less.'));
  const others = sent.filter((item) => item !== largest);
  if (how === 'leave-out') return { sent: others, attachments: attachmentsOf(others) };
  const taken = others.reduce((sum, { tokens }) => sum + tokens, 0);
  const tokens = Math.floor(Math.min(room * SHARE - taken, largest.tokens * LONGEST_PART));
  if (tokens < SHORTEST_PART_TOKENS) {
    throw new SextantError('invalid', t('There is no room for a part of {0}. Leave it out.', largest.label));
  }
  const part = await partOf(largest, tokens, store);
  const all = sent.map((item) => (item === largest ? part : item));
  return { sent: all, attachments: attachmentsOf(all) };
}

/** The beginning of it, up to the end of a line where there is one. */
async function partOf(item: SentContext, tokens: number, store: Caller<StoreContract>): Promise<SentContext> {
  const bytes = await callAgain(() => store.call('files.get', { sha256: item.sha256 }));
  if (bytes === null) throw new SextantError('not-found', t('What was sent then is no longer stored.'));
  const text = new TextDecoder().decode(bytes);
  const most = Math.floor((text.length * tokens) / item.tokens);
  const lineEnd = text.lastIndexOf('\n', most);
  const part = text.slice(0, lineEnd > most / 2 ? lineEnd : most).replace(/[\uD800-\uDBFF]$/, '');
  const lines = part.split('\n').length;
  const { sha256 } = await callAgain(() =>
    store.call('files.put', { bytes: new TextEncoder().encode(part), mimeType: item.mimeType }),
  );
  const { place } = item;
  return {
    ...item,
    sha256,
    tokens,
    detail: t('first {0} of {1} lines', figure(lines), figure(text.split('\n').length)),
    // As a whole it would not fit with the next question either.
    isPinned: false,
    place: place === null ? null : { ...place, endLine: place.startLine + lines - 1 },
  };
}
