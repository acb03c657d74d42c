import { type BigIntStats, readFileSync, statSync } from 'node:fs';
import { type Policy, parsePolicy, unreadablePolicy } from './policy.ts';

/**
 * Where an organisation's policy for Sextant lies: a file that users cannot write, for all users of the machine. A
 * further one can be named by SEXTANT_POLICY_FILE; it can only add to what the first forbids.
 */
export function policyFiles(
  platform: NodeJS.Platform = process.platform,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): readonly string[] {
  const named = environment['SEXTANT_POLICY_FILE'];
  return [machinePolicyFile(platform), ...(named === undefined || named === '' ? [] : [named])];
}

function machinePolicyFile(platform: NodeJS.Platform): string {
  switch (platform) {
    case 'win32':
      // Not in ProgramData, where every user may make folders. The path is fixed: a user can set the variable.
      return String.raw`C:\Program Files\Sextant\policy.json`;
    case 'darwin':
      return '/Library/Application Support/Sextant/policy.json';
    default:
      return '/etc/sextant/policy.json';
  }
}

/** A policy with the file that it lies in. */
type FoundPolicy = Policy & { readonly file: string };

/** The policies that are in force on this machine, as they are now. A file that has not changed is not read again. */
export function readPolicies(files: readonly string[] = policyFiles()): readonly FoundPolicy[] {
  return files.flatMap((file) => readPolicy(file) ?? []);
}

/** What was read, by its file, and what that was then. */
const read = new Map<string, { readonly state: string; readonly policy: FoundPolicy }>();

/** Null where there is none. */
function readPolicy(file: string): FoundPolicy | null {
  try {
    // Looked at before it is read: one that changes in between is read once more.
    const state = stateOf(statSync(file, { bigint: true }));
    const known = read.get(file);
    if (known?.state === state) return known.policy;
    const policy = { ...parsePolicy(readFileSync(file, 'utf8').replace(/^\uFEFF/u, ''), file), file };
    read.set(file, { state, policy });
    return policy;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return code === 'ENOENT' || code === 'ENOTDIR' ? null : { ...unreadablePolicy(file, code), file };
  }
}

function stateOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join();
}

/** What organisations have listed as secret files besides what usually is. */
export function ruledSecretFiles(): readonly string[] {
  return readPolicies().flatMap(({ secretFiles }) => secretFiles ?? []);
}
