import DOMPurify, { type Config } from 'dompurify';
import { linkTarget } from './linkTarget.ts';
import { pictureAddress } from './pictureAddress.ts';

const allowed = {
  ALLOWED_TAGS: [
    ...['div', 'p', 'br', 'hr', 'h3', 'h4', 'h5', 'h6', 'blockquote', 'pre', 'code', 'ul', 'ol', 'li'],
    ...['table', 'thead', 'tbody', 'tr', 'th', 'td', 'strong', 'em', 'del', 'a', 'span', 'sup'],
  ],
  ALLOWED_ATTR: [
    ...['start', 'data-url', 'data-source', 'data-language', 'data-file', 'data-align', 'data-task', 'data-depth'],
    ...['data-math', 'data-note', 'data-note-text', 'data-note-back', 'data-place', 'data-picture'],
  ],
  // Neither is an address that the page follows; what they hold is judged where it is used.
  ADD_URI_SAFE_ATTR: ['data-picture', 'data-place'],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  RETURN_DOM_FRAGMENT: true as const,
} satisfies Config;

/**
 * The one gate through which HTML made of an answer becomes nodes: tags for text, and the attributes
 * that {@link renderTokens} writes. No address but that of a web page or a picture stands in any of them.
 */
export function sanitise(html: string): DocumentFragment {
  const fragment = DOMPurify.sanitize(html, allowed);
  for (const link of fragment.querySelectorAll('[data-url]')) {
    if (linkTarget(link.getAttribute('data-url') ?? '', 0)?.type !== 'web') link.removeAttribute('data-url');
  }
  for (const picture of fragment.querySelectorAll('[data-picture]')) {
    if (pictureAddress(picture.getAttribute('data-picture') ?? '') === null) picture.removeAttribute('data-picture');
  }
  return fragment;
}
