/** A picture in the text itself is never larger. Characters. */
const INLINE_LIMIT = 3_000_000;

/** Where the picture of an answer is: in the text itself, or on a host that is asked only when the reader wants it. */
export type PictureAddress =
  | { readonly type: 'inline'; readonly data: string }
  | { readonly type: 'remote'; readonly url: string; readonly host: string };

/** Null for what is no address of a picture. */
export function pictureAddress(href: string): PictureAddress | null {
  if (href.length <= INLINE_LIMIT && /^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z\d+/=]+$/u.test(href)) {
    return { type: 'inline', data: href };
  }
  if (href.length > 4_096 || !/^https:\/\//iu.test(href) || !URL.canParse(href)) return null;
  const { username, password, host, href: url } = new URL(href);
  return username === '' && password === '' ? { type: 'remote', url, host } : null;
}
