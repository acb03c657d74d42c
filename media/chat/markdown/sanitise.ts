import DOMPurify, { type Config } from 'dompurify';
import { linkTarget } from './linkTarget.ts';

const allowed = {
  ALLOWED_TAGS: [
    ...['div', 'p', 'br', 'hr', 'h3', 'h4', 'h5', 'h6', 'blockquote', 'pre', 'code', 'ul', 'ol', 'li'],
    ...['table', 'thead', 'tbody', 'tr', 'th', 'td', 'strong', 'em', 'del', 'a', 'span'],
  ],
  ALLOWED_ATTR: ['start', 'data-url', 'data-source', 'data-language', 'data-align', 'data-task', 'data-depth'],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  RETURN_DOM_FRAGMENT: true as const,
} satisfies Config;

/**
 * The one gate through which HTML made of an answer becomes nodes: tags for text, and the attributes
 * that {@link renderTokens} writes. No address but that of a web page stands in any of them.
 */
export function sanitise(html: string): DocumentFragment {
  const fragment = DOMPurify.sanitize(html, allowed);
  for (const link of fragment.querySelectorAll('[data-url]')) {
    if (linkTarget(link.getAttribute('data-url') ?? '', 0)?.type !== 'web') link.removeAttribute('data-url');
  }
  return fragment;
}
