import { SextantError } from '../../base/errors.ts';
import { readBytes } from '../../base/readBytes.ts';
import { t } from '../../base/texts.ts';
import type { PublicWeb } from '../../privacy/publicWeb.ts';
import { type ReadablePage, readableText } from './readableText.ts';

const PATIENCE_MS = 15_000;
const MOST_BYTES = 3_000_000;
const MOST_REDIRECTS = 5;
const ACCEPT = 'text/html,text/plain,text/markdown;q=0.9,application/json;q=0.5';
/** Of the text. Characters. */
const LONGEST_TEXT = 200_000;

/** The address as it will be asked; throws a sentence for what is none that a page can have. */
export function pageAddress(typed: string): URL {
  const text = /^[a-z][a-z0-9+.-]*:\/\//iu.test(typed.trim()) ? typed.trim() : `https://${typed.trim()}`;
  const address = URL.canParse(text) ? new URL(text) : null;
  if (address === null || !/^https?:$/u.test(address.protocol) || address.hostname === '') {
    throw new SextantError('invalid', t('This is no web address. One looks like https://example.com/page.'));
  }
  if (address.username !== '' || address.password !== '') {
    throw new SextantError('invalid', t('This address holds a user name or a password. Leave that out.'));
  }
  address.hash = '';
  return address;
}

/**
 * The readable text of a page. No cookie and no key goes along. Where a page leads on to a host of this machine or its
 * own network other than the one that was asked, it is not followed, for a page must not say what is asked there.
 * Throws a sentence for what is no text, too large, or does not come in time.
 */
export async function fetchPage(web: PublicWeb, typed: string, signal: AbortSignal): Promise<ReadablePage> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const both = AbortSignal.any([signal, patience]);
  const first = pageAddress(typed);
  try {
    const { response, address } = await follow(web, first, both);
    return await readPage(response, address);
  } catch (error) {
    if (error instanceof SextantError || signal.aborted) throw error;
    const message = t(
      patience.aborted
        ? '{0} did not answer in time. Check the address and the network.'
        : '{0} cannot be reached. Check the address and the network.',
      first.host,
    );
    throw new SextantError('not-found', message, { cause: error });
  }
}

async function follow(web: PublicWeb, first: URL, signal: AbortSignal): Promise<{ response: Response; address: URL }> {
  let address = first;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const init = { redirect: 'manual', credentials: 'omit', headers: { accept: ACCEPT }, signal } as const;
    const response = await web.fetch(address.href, init, { purpose: 'web page', model: null, files: [] });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || location === null) return { response, address };
    await response.body?.cancel();
    if (!URL.canParse(location, address.href)) break;
    const next = pageAddress(new URL(location, address).href);
    if (next.host !== first.host && (await web.isPrivate(next.href))) {
      throw new SextantError(
        'invalid',
        t('{0} leads to an address of your own network, which is not followed.', first.host),
      );
    }
    address = next;
  }
  throw new SextantError('not-found', t('{0} leads on and on. Give the address where the page is.', first.host));
}

async function readPage(response: Response, address: URL): Promise<ReadablePage> {
  if (!response.ok) {
    await response.body?.cancel();
    throw new SextantError(
      'not-found',
      t('{0} answered with {1}: there is no such page for us.', address.host, response.status),
    );
  }
  const type = (response.headers.get('content-type') ?? 'text/plain').toLowerCase();
  if (!/^(?:text\/|application\/(?:xhtml|json|xml|[\w.-]+\+(?:xml|json)))/u.test(type)) {
    await response.body?.cancel();
    throw new SextantError('invalid', t('{0} sent no text but {1}.', address.host, type.split(';')[0] ?? type));
  }
  const bytes = await readBytes(response, MOST_BYTES);
  if (bytes === null)
    throw new SextantError(
      'invalid',
      t('The page of {0} is larger than {1} MB.', address.host, MOST_BYTES / 1_000_000),
    );
  const text = new TextDecoder(charsetOf(type)).decode(bytes);
  const page = type.includes('html') ? readableText(text) : { title: '', text };
  if (page.text.trim() === '')
    throw new SextantError('not-found', t('{0} shows no text without its scripts.', address.host));
  const cut =
    page.text.length > LONGEST_TEXT ? `${page.text.slice(0, LONGEST_TEXT)}\n… the rest is left out` : page.text;
  return { title: page.title, text: `${address.href}\n\n${cut}` };
}

function charsetOf(type: string): string {
  const name = /charset="?([\w-]+)/u.exec(type)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(name).encoding;
  } catch {
    return 'utf-8';
  }
}
