/** Where a link of an answer leads. Everything that is not one of these is shown as text. */
export type LinkTarget =
  | { readonly type: 'source'; /** Counted from 1 into the message's context. */ readonly number: number }
  | { readonly type: 'web'; readonly url: string };

/** Decides by the address alone, in the way a browser reads it. */
export function linkTarget(href: string, sourceCount: number): LinkTarget | null {
  const source = /^sextant-source:([1-9]\d{0,5})$/.exec(href);
  if (source !== null) {
    const number = Number(source[1]);
    return number <= sourceCount ? { type: 'source', number } : null;
  }
  // An address without a scheme would be read relative to the view's own.
  if (!/^https?:\/\//i.test(href)) return null;
  if (!URL.canParse(href)) return null;
  const { username, password, href: url } = new URL(href);
  // What stands before an @ looks like the place that a link leads to, and is not.
  return username === '' && password === '' ? { type: 'web', url } : null;
}
