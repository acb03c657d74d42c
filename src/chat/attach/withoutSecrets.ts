import { maskSecrets } from '../../privacy/maskSecrets.ts';
import { maskedSentence } from '../../protocol/maskedSecrets.ts';
import type { Attached } from './attachmentSource.ts';

/** What was read, with its secrets masked; its detail says so. */
export async function withoutSecrets(attached: Attached): Promise<Attached> {
  const { content, detail } = attached;
  if (content.type === 'image') return attached;
  const { text, kinds } = await maskSecrets(content.text);
  if (kinds.length === 0) return attached;
  const said = maskedSentence(kinds);
  return { ...attached, detail: detail === '' ? said : `${detail} · ${said}`, content: { type: 'text', text } };
}
