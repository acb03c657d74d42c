import * as vscode from 'vscode';
import { SextantError } from '../../base/errors.ts';
import type { AttachmentSource } from '../../chat/attach/attachmentSource.ts';
import { fetchPage, pageAddress } from '../../chat/attach/fetchPage.ts';
import type { EgressGate } from '../../privacy/egressGate.ts';
import { isLoopback } from '../../privacy/isLoopback.ts';
import { openLink } from '../editorActions.ts';
import { readSettings } from '../settings.ts';

/** Web pages. Each host is asked only after the user has said so in VS Code: the view that asks is not trusted. */
export function urlSource(gate: Pick<EgressGate, 'fetch'>): AttachmentSource {
  /** Hosts that may be asked while this window is open. */
  const allowed = new Set<string>();
  return {
    choice: { id: 'url', label: 'Web page', detail: 'The text of a page', icon: 'globe', isSearched: true },
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
        throw new SextantError('local-only', 'Sextant is set to send nothing beyond this machine.');
      }
      if (!allowed.has(host)) await allow(host, href, allowed);
      const { title, text } = await fetchPage(gate.fetch, href, signal);
      const label = title === '' ? host : title;
      return { label: label.slice(0, 80), detail: href, place: null, content: { type: 'text', text }, value: href };
    },
    open: openLink,
  };
}

async function allow(host: string, href: string, allowed: Set<string>): Promise<void> {
  const once = { label: 'Read this page', detail: href };
  const always = { label: `Read pages of ${host} while this window is open` };
  const picked = await vscode.window.showQuickPick([once, always], {
    title: `Sextant will ask ${host} for a page`,
    placeHolder: 'Your address on the network is all that is sent along',
    ignoreFocusOut: true,
  });
  if (picked === undefined) throw new SextantError('invalid', `You have not allowed that ${host} is asked.`);
  if (picked === always) allowed.add(host);
}
