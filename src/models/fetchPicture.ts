import { SextantError } from '../base/errors.ts';
import { readBytes } from '../base/readBytes.ts';
import { t } from '../base/texts.ts';
import { isPrivateAddress } from '../privacy/isPrivateAddress.ts';
import type { PublicWeb } from '../privacy/publicWeb.ts';

const PATIENCE_MS = 15_000;
const MOST_BYTES = 8_000_000;

/** By the first bytes of a file. SVG is none of them: it can hold more than a picture. */
const kinds: readonly (readonly [mimeType: string, start: RegExp])[] = [
  ['image/png', /^\x89PNG\r\n\x1a\n/],
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/gif', /^GIF8[79]a/],
  ['image/webp', /^RIFF[^]{4}WEBP/],
];

/**
 * A picture of the web as a `data:` URL. No cookie and no key goes along, no redirect is followed, and nothing of the
 * user’s own network is asked; what comes is looked at before it is taken for a picture. Throws a sentence for what is
 * none, too large, or not there.
 */
export async function fetchPicture(web: PublicWeb, url: string): Promise<string> {
  const { host, protocol } = new URL(url);
  if (protocol !== 'https:' || isPrivateAddress(url)) {
    throw new SextantError('invalid', t('This is no address of a picture of the web.'));
  }
  if (await web.isPrivate(url)) {
    throw new SextantError(
      'invalid',
      t('{0} leads into your own network, where no answer may load anything from.', host),
    );
  }
  let response: Response;
  let bytes: Uint8Array | null;
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    response = await web.fetch(
      url,
      { credentials: 'omit', redirect: 'error', headers: { accept: 'image/*' }, signal },
      { purpose: 'picture', model: null, files: [] },
    );
    bytes = await readBytes(response, MOST_BYTES);
  } catch (error) {
    if (error instanceof SextantError) throw error;
    throw new SextantError('not-found', t('The picture could not be loaded from {0}.', host), { cause: error });
  }
  if (bytes === null)
    throw new SextantError('invalid', t('The picture is larger than {0} MB.', MOST_BYTES / 1_000_000));
  if (!response.ok) throw new SextantError('not-found', t('{0} has no such picture ({1}).', host, response.status));
  const start = String.fromCharCode(...bytes.subarray(0, 16));
  const mimeType = kinds.find(([, pattern]) => pattern.test(start))?.[0];
  if (mimeType === undefined) throw new SextantError('invalid', t('What {0} has sent is no picture.', host));
  let binary = '';
  for (let at = 0; at < bytes.length; at += 8_192) binary += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return `data:${mimeType};base64,${btoa(binary)}`;
}
