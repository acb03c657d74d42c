import { plural } from '../../base/texts.ts';
import { maskSecrets } from '../../privacy/maskSecrets.ts';
import type { Attached } from './attachmentSource.ts';

/** What was read, with its secrets masked; its detail says so. */
export async function withoutSecrets(attached: Attached): Promise<Attached> {
  const { content, detail } = attached;
  if (content.type === 'image') return attached;
  const { text, count } = await maskSecrets(content.text);
  if (count === 0) return attached;
  const said = plural(count, '{0} secret masked', '{0} secrets masked');
  return { ...attached, detail: detail === '' ? said : `${detail} · ${said}`, content: { type: 'text', text } };
}
