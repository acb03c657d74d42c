import { figure, listed, plural, t } from '../base/texts.ts';
import { describeBytes } from '../protocol/archiveText.ts';
import { EDITOR_MODELS, type RequestSum } from '../protocol/egress.ts';
import type { PrivacySection, PrivacyStatement } from '../protocol/privacyPage.ts';
import { isLoopback } from './isLoopback.ts';

/** What is true of this machine at this moment. */
export interface PrivacyFacts {
  /** `ruled`: an organisation has turned it on. */
  readonly localOnly: 'off' | 'on' | 'ruled';
  /** Of what was sent since midnight. */
  readonly today: readonly RequestSum[];
  /** Of the last {@link REPORTED_DAYS} days. */
  readonly sums: readonly RequestSum[];
  /** 0 for ever. */
  readonly keepRequestsDays: number;
  readonly retentionDays: number;
  /** The folder of database, index and backups. */
  readonly folder: string;
  readonly isEncrypted: boolean;
  /** Those that are set up. `key` names the place that its key comes from. */
  readonly providers: readonly { readonly name: string; readonly address: string; readonly key: string | null }[];
  /** The name of the place where new keys are kept. */
  readonly vault: string;
  readonly telemetry: { readonly state: 'off' | 'forbidden' | 'held' | 'on'; readonly sentence: string };
  readonly usageEvents: number;
  /** Secret files that the index of the open folders has left out. */
  readonly secretFiles: number;
  /** How many globs are listed besides what usually is secret. */
  readonly secretGlobs: number;
  readonly policies: readonly { readonly file: string; readonly problem?: string }[];
}

export const REPORTED_DAYS = 30;

/** What is kept and what is sent, in plain words, with what can be done about it. It claims nothing that `facts` do not say. */
export function privacySections(facts: PrivacyFacts): readonly PrivacySection[] {
  return [sent(facts), providers(facts), never(facts), telemetry(facts), kept(facts), policies(facts)];
}

function sent({ localOnly, today, sums, keepRequestsDays }: PrivacyFacts): PrivacySection {
  const rows = destinations(sums).map(({ server, requests, bytesOut }) => [
    server,
    figure(requests),
    describeBytes(bytesOut),
  ]);
  const switches = { action: 'switchLocalOnly' } as const;
  return {
    id: 'sent',
    title: t('What leaves this machine'),
    statements: [
      ...(localOnly === 'off'
        ? [
            plain(
              t(
                'Sextant asks the servers of the models that you use, and those of web pages and pictures that you ask for.',
              ),
            ),
          ]
        : [good(t('“Local only” is on: nothing is sent beyond this machine.'))]),
      ...(localOnly === 'ruled' ? [plain(t('Your organisation’s policy has turned “Local only” on.'))] : []),
      todaySentence(today),
      ...(rows.length > 0
        ? []
        : [
            good(
              plural(
                REPORTED_DAYS,
                'In the last {0} day nothing has left this machine.',
                'In the last {0} days nothing has left this machine.',
              ),
            ),
          ]),
      plain(
        t('Each request is written down before it goes: where to, what for, and which of your files it took from.'),
      ),
      plain(
        keepRequestsDays === 0
          ? t('This list is kept on this machine for ever.')
          : plural(
              keepRequestsDays,
              'This list is kept on this machine for {0} day.',
              'This list is kept on this machine for {0} days.',
            ),
      ),
    ],
    ...(rows.length === 0
      ? {}
      : {
          table: {
            head: [plural(REPORTED_DAYS, 'Server, last {0} day', 'Server, last {0} days'), t('Requests'), t('Sent')],
            rows,
            hasFigures: true,
          },
        }),
    actions: [
      ...(localOnly === 'off' ? [{ ...switches, label: t('Turn “Local Only” On') }] : []),
      ...(localOnly === 'on' ? [{ ...switches, label: t('Turn “Local Only” Off') }] : []),
      { action: 'showRequests', label: t('Show Sent Requests') },
      { action: 'exportRequests', label: t('Export…') },
    ],
  };
}

function todaySentence(today: readonly RequestSum[]): PrivacyStatement {
  const away = destinations(today);
  if (away.length === 0) return good(t('Today nothing has left this machine.'));
  const requests = away.reduce((sum, destination) => sum + destination.requests, 0);
  const bytes = away.reduce((sum, destination) => sum + destination.bytesOut, 0);
  return plain(
    plural(
      requests,
      'Today {0} request with {1} left this machine, to {2}.',
      'Today {0} requests with {1} left this machine, to {2}.',
      describeBytes(bytes),
      listed(away.map(({ server }) => server)),
    ),
  );
}

function providers({ providers: setUp, vault }: PrivacyFacts): PrivacySection {
  return {
    id: 'providers',
    title: t('Providers and their keys'),
    statements: [
      ...(setUp.length === 0 ? [good(t('No provider is set up.'))] : []),
      plain(t('New keys are kept in {0}.', vault)),
      good(t('Sextant writes no key into a setting, a log or a view, and sends it to its provider alone.')),
    ],
    ...(setUp.length === 0
      ? {}
      : {
          table: {
            head: [t('Provider'), t('Asked at'), t('Key')],
            rows: setUp.map(({ name, address, key }) => [name, serverName(address), key ?? t('none')]),
            hasFigures: false,
          },
        }),
    actions: [
      { action: 'manageProviders', label: t('Manage Providers…') },
      { action: 'showAuditLog', label: t('Show Audit Log') },
    ],
  };
}

function never({ secretFiles, secretGlobs }: PrivacyFacts): PrivacySection {
  return {
    id: 'never',
    title: t('What is never sent'),
    statements: [
      good(t('Files that git ignores, and secret files such as .env and private keys, never go along.')),
      good(t('What looks like a secret in another file is masked first, and it is said where that was done.')),
      ...(secretGlobs === 0
        ? []
        : [
            good(
              plural(
                secretGlobs,
                'Your own list of secret files adds {0} pattern to them.',
                'Your own list of secret files adds {0} patterns to them.',
              ),
            ),
          ]),
      ...(secretFiles === 0
        ? []
        : [
            plain(
              plural(
                secretFiles,
                '{0} secret file of the open folders is left out.',
                '{0} secret files of the open folders are left out.',
              ),
            ),
          ]),
    ],
    actions: [
      { action: 'showLeftOut', label: t('Show What Is Left Out') },
      { action: 'openSecretFiles', label: t('Change the List of Secret Files') },
    ],
  };
}

function telemetry({ telemetry: { state, sentence }, usageEvents }: PrivacyFacts): PrivacySection {
  return {
    id: 'telemetry',
    title: t('Telemetry'),
    statements: [
      { tone: state === 'on' ? 'plain' : 'good', text: sentence },
      plain(plural(usageEvents, '{0} event of use is on this machine.', '{0} events of use are on this machine.')),
    ],
    actions: [
      ...(state === 'off' ? [{ action: 'switchTelemetry', label: t('Turn Telemetry On') } as const] : []),
      ...(state === 'on' || state === 'held'
        ? [{ action: 'switchTelemetry', label: t('Turn Telemetry Off') } as const]
        : []),
      ...(usageEvents === 0
        ? []
        : [
            { action: 'showTelemetry', label: t('Show Telemetry') } as const,
            { action: 'deleteTelemetry', label: t('Delete the Events') } as const,
          ]),
    ],
  };
}

function kept({ folder, isEncrypted, retentionDays }: PrivacyFacts): PrivacySection {
  return {
    id: 'kept',
    title: t('What is kept on this machine'),
    statements: [
      plain(t('Chats, the index and their backups lie in {0}.', folder)),
      isEncrypted ? good(t('Chats are encrypted.')) : plain(t('Chats are not encrypted.')),
      plain(
        retentionDays === 0
          ? t('Chats are kept for ever.')
          : plural(
              retentionDays,
              'Chats that are not pinned are kept for {0} day.',
              'Chats that are not pinned are kept for {0} days.',
            ),
      ),
    ],
    actions: [
      isEncrypted
        ? { action: 'stopEncryptingStore', label: t('Stop Encrypting…') }
        : { action: 'encryptStore', label: t('Encrypt Stored Chats…') },
      { action: 'openRetention', label: t('Change How Long') },
      { action: 'clearData', label: t('Clear…') },
    ],
  };
}

function policies({ policies: inForce }: PrivacyFacts): PrivacySection {
  return {
    id: 'policies',
    title: t('Policies'),
    statements:
      inForce.length === 0
        ? [plain(t('No organisation has set rules for this machine.'))]
        : inForce.map(({ file, problem }) =>
            problem === undefined
              ? plain(t('The rules in {0} hold.', file))
              : { tone: 'warning' as const, text: problem },
          ),
    actions: [
      { action: 'openSettings', label: t('Privacy Settings') },
      { action: 'diagnose', label: t('Make a Diagnosis') },
    ],
  };
}

function good(text: string): PrivacyStatement {
  return { tone: 'good', text };
}

function plain(text: string): PrivacyStatement {
  return { tone: 'plain', text };
}

/** What went to each server beyond this machine, most first. */
function destinations(
  sums: readonly RequestSum[],
): readonly { readonly server: string; readonly requests: number; readonly bytesOut: number }[] {
  const servers = new Map<string, { requests: number; bytesOut: number }>();
  for (const { address, requests, bytesOut } of sums) {
    if (isLoopback(address)) continue;
    const server = serverName(address);
    const sum = servers.get(server) ?? { requests: 0, bytesOut: 0 };
    servers.set(server, { requests: sum.requests + requests, bytesOut: sum.bytesOut + bytesOut });
  }
  return [...servers].map(([server, sum]) => ({ server, ...sum })).sort((one, other) => other.bytesOut - one.bytesOut);
}

function serverName(address: string): string {
  if (address === EDITOR_MODELS) return t('models of VS Code');
  const host = URL.canParse(address) ? new URL(address).host : address;
  return isLoopback(address) ? t('{0}, on this machine', host) : host;
}
