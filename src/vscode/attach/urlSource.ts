import * as vscode from 'vscode';
import { SextantError } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';
import type { AttachmentSource } from '../../chat/attach/attachmentSource.ts';
import { fetchPage, pageAddress } from '../../chat/attach/fetchPage.ts';
import { isLoopback } from '../../privacy/isLoopback.ts';
import { isPrivateAddress } from '../../privacy/isPrivateAddress.ts';
import type { PublicWeb } from '../../privacy/publicWeb.ts';
import { openLink } from '../editorActions.ts';
import { readSettings } from '../settings.ts';

/**
 * Web pages. Each host is asked only after the user has said so in VS Code, and one of the user’s own network only after
 * they have read that it is one: the view that asks is not trusted.
 */
export function urlSource(web: PublicWeb): AttachmentSource {
  /** Hosts that may be asked while this window is open; those of the user’s own network, with a mark. */
  const allowed = new Set<string>();
  return {
    choice: { id: 'url', label: t('Web page'), detail: t('The text of a page'), icon: 'globe', isSearched: true },
    isFrozen: true,
    find: (typed) => {
      if (!/[.:]/u.test(typed) || /\s/u.test(typed.trim())) return Promise.resolve([]);
      try {
        const { href, host } = pageAddress(typed);
        return Promise.resolve([{ source: 'url', value: href, label: host, detail: href, icon: 'globe' }]);
      } catch {
        return Promise.resolve([]);
      }
    },
    read: async (value, _question, signal) => {
      const { host, href } = pageAddress(value);
      if (readSettings.localOnly() && !isLoopback(href)) {
        throw new SextantError('local-only', t('Sextant is set to send nothing beyond this machine.'));
      }
      const isNamedPrivate = isPrivateAddress(href);
      if (!isNamedPrivate && !allowed.has(host)) await allow({ host, href, isPrivate: false }, allowed);
      // Before the user has agreed, no name is looked up: a name can tell something by itself.
      const isPrivate = isNamedPrivate || (await web.isPrivate(href));
      if (isPrivate && !allowed.has(`${host} private`)) await allow({ host, href, isPrivate }, allowed);
      const { title, text } = await fetchPage(web, href, signal);
      const label = title === '' ? host : title;
      return { label: label.slice(0, 80), detail: href, place: null, content: { type: 'text', text }, value: href };
    },
    open: openLink,
  };
}

interface AskedPage {
  readonly host: string;
  readonly href: string;
  readonly isPrivate: boolean;
}

async function allow({ host, href, isPrivate }: AskedPage, allowed: Set<string>): Promise<void> {
  const once = { label: t('Read this page'), detail: href };
  const always = { label: t('Read pages of {0} while this window is open', host) };
  const picked = await vscode.window.showQuickPick([once, always], {
    title: isPrivate ? t('{0} is in your own network', host) : t('Sextant will ask {0} for a page', host),
    placeHolder: isPrivate
      ? t('What the page shows goes along with your question')
      : t('Your address on the network is all that is sent along'),
    ignoreFocusOut: true,
  });
  if (picked === undefined) throw new SextantError('invalid', t('You have not allowed that {0} is asked.', host));
  if (picked === always) allowed.add(isPrivate ? `${host} private` : host);
}
