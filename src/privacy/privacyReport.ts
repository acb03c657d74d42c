import { markdownTable } from '../base/markdownTable.ts';
import { figure, plural, t } from '../base/texts.ts';
import { describeBytes } from '../protocol/archiveText.ts';
import type { RequestSum } from '../protocol/egress.ts';
import { EDITOR_MODELS } from './egressGate.ts';
import { isLoopback } from './isLoopback.ts';

/** What is true of this machine at this moment. */
export interface PrivacyFacts {
  readonly localOnly: boolean;
  /** Of the last {@link REPORTED_DAYS} days. */
  readonly sums: readonly RequestSum[];
  /** 0 for ever. */
  readonly keepRequestsDays: number;
  readonly retentionDays: number;
  /** The folder of database, index and backups. */
  readonly folder: string;
  readonly isEncrypted: boolean;
  /** The name of the place where keys are kept. */
  readonly vault: string;
  /** A sentence. */
  readonly telemetry: string;
  readonly usageEvents: number;
  readonly policies: readonly { readonly file: string; readonly problem?: string }[];
}

export const REPORTED_DAYS = 30;

/** What is kept and what is sent, in plain words, as a Markdown document. It claims nothing that `facts` do not say. */
export function privacyReport(facts: PrivacyFacts): string {
  const { localOnly, keepRequestsDays, retentionDays, folder, isEncrypted, policies } = facts;
  const keptRequests =
    keepRequestsDays === 0
      ? t('It is kept for ever.')
      : plural(keepRequestsDays, 'It is kept for {0} day.', 'It is kept for {0} days.');
  const parts = [
    `# ${t('Privacy')}`,
    t('What Sextant keeps and what it sends, as it is on this machine now.'),
    `## ${t('What leaves this machine')}`,
    localOnly
      ? t('“Local only” is on: nothing is sent beyond this machine.')
      : t('Sextant asks the servers of the models that you use, and those of web pages and pictures that you ask for.'),
    destinations(facts.sums),
    t('_Show Sent Requests_ lists each request, with the files that something in it was taken from. {0}', keptRequests),
    t(
      'Never sent: files that git ignores, secret files such as `.env` and private keys, and a key to anyone but its provider. What looks like a secret in another file is masked first.',
    ),
    `## ${t('Telemetry')}`,
    `${facts.telemetry} ${plural(facts.usageEvents, '{0} event of use is on this machine.', '{0} events of use are on this machine.')}`,
    `## ${t('What is kept on this machine')}`,
    [
      t('Chats, the index and their backups lie in {0}.', `\`${folder}\``),
      isEncrypted ? t('Chats are encrypted.') : t('Chats are not encrypted; _Encrypt Stored Chats_ does it.'),
      retentionDays === 0
        ? t('Chats are kept for ever.')
        : plural(
            retentionDays,
            'Chats that are not pinned are kept for {0} day.',
            'Chats that are not pinned are kept for {0} days.',
          ),
      t('New keys are kept in {0}; Sextant writes no key into a setting, a log or the chat view.', facts.vault),
    ].join(' '),
    `## ${t('Policies')}`,
    policies.length === 0
      ? t('No organisation has set rules for this machine.')
      : policies.map(({ file, problem }) => `- ${problem ?? t('The rules in {0} hold.', `\`${file}\``)}`).join('\n'),
  ];
  return `${parts.join('\n\n')}\n`;
}

function destinations(sums: readonly RequestSum[]): string {
  const servers = new Map<string, { requests: number; bytesOut: number }>();
  for (const { address, requests, bytesOut } of sums) {
    if (isLoopback(address)) continue;
    const server = address === EDITOR_MODELS ? t('models of VS Code') : new URL(address).host;
    const sum = servers.get(server) ?? { requests: 0, bytesOut: 0 };
    servers.set(server, { requests: sum.requests + requests, bytesOut: sum.bytesOut + bytesOut });
  }
  if (servers.size === 0)
    return plural(
      REPORTED_DAYS,
      'In the last {0} day nothing has left this machine.',
      'In the last {0} days nothing has left this machine.',
    );
  const rows = [...servers].map(([server, { requests, bytesOut }]) => [
    server,
    figure(requests),
    describeBytes(bytesOut),
  ]);
  return [
    plural(REPORTED_DAYS, 'In the last {0} day:', 'In the last {0} days:'),
    markdownTable([t('Server'), t('Requests'), t('Sent')], rows, (column) => column > 0),
  ].join('\n\n');
}
