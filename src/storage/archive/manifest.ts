import * as v from 'valibot';
import { SextantError } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';
import type { BackupKind, StoreCounts } from '../../protocol/archive.ts';

/*
 * A backup is a tar archive, compressed with gzip, that holds in this order:
 *
 *   manifest.json       what follows, with the size and SHA-256 of each
 *   database.sqlite     the whole database, a plain SQLite file
 *   files/<sha256>      the stored files, each under its hash
 *
 * Where the store is encrypted, the archive is sealed as a whole, with the same key. No key is ever in one.
 */

export const MANIFEST = 'manifest.json';
export const DATABASE = 'database.sqlite';
const FILE = /^files\/([0-9a-f]{64})$/;

export interface ArchiveMember {
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
}

/** The first member of a backup. */
export interface BackupManifest {
  readonly format: 'sextant-backup';
  readonly version: 1;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly kind: BackupKind;
  readonly schemaVersion: number;
  readonly counts: StoreCounts;
  /** The database first, then the files. */
  readonly members: readonly ArchiveMember[];
  /** Hashes of files that could not be read when it was made. */
  readonly missing: readonly string[];
}

/** The name in the archive of the file with this hash. */
export function memberName(sha256: string): string {
  return `files/${sha256}`;
}

/** The hash of the file that a member is; undefined for the database. */
export function fileOf(member: ArchiveMember): string | undefined {
  return FILE.exec(member.name)?.[1];
}

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

const manifestSchema = v.object({
  format: v.literal('sextant-backup'),
  version: v.literal(1),
  createdAt: v.pipe(count, v.maxValue(8_640_000_000_000_000)),
  kind: v.picklist(['asked', 'daily', 'safety']),
  schemaVersion: v.pipe(count, v.minValue(1)),
  counts: v.object({
    conversations: count,
    messages: count,
    folders: count,
    attachments: count,
    files: count,
    fileBytes: count,
  }),
  members: v.array(v.object({ name: v.string(), size: count, sha256: hash })),
  missing: v.array(hash),
});

/** Reads a manifest of this form. Code `outdated` for a later version of the form, `damaged` for all else. */
export function parseManifest(bytes: Uint8Array): BackupManifest {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new SextantError('damaged', t('It is no backup of Sextant’s: its manifest cannot be read.'), { cause });
  }
  if (v.is(v.object({ format: v.literal('sextant-backup'), version: v.pipe(count, v.minValue(2)) }), value)) {
    throw new SextantError('outdated', t('It was made by a newer version of Sextant. Update Sextant, and try again.'));
  }
  const parsed = v.safeParse(manifestSchema, value);
  if (!parsed.success || !isConsistent(parsed.output)) {
    throw new SextantError('damaged', t('It is no backup of Sextant’s: its manifest makes no sense.'));
  }
  return parsed.output;
}

export function encodeManifest(manifest: BackupManifest): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(manifest, null, 1)}\n`);
}

/** One database, then files, none twice, each named by its hash. */
function isConsistent({ members: [database, ...files] }: BackupManifest): boolean {
  const names = new Set(files.map(({ name }) => name));
  return (
    database?.name === DATABASE && names.size === files.length && files.every((file) => fileOf(file) === file.sha256)
  );
}
