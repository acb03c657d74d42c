import { readFileSync } from 'node:fs';
import path from 'node:path';
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

/** The policies that are in force on this machine, as they are now: a few hundred bytes, read anew at each question. */
export function readPolicies(
  files: readonly string[] = policyFiles(),
): readonly (Policy & { readonly file: string })[] {
  return files.flatMap((file) => {
    const policy = readPolicy(file);
    return policy === null ? [] : [{ ...policy, file }];
  });
}

/** Null where there is none. */
function readPolicy(file: string): Policy | null {
  try {
    return parsePolicy(readFileSync(path.resolve(file), 'utf8').replace(/^\uFEFF/u, ''), file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return code === 'ENOENT' || code === 'ENOTDIR' ? null : unreadablePolicy(file, code);
  }
}

/** What organisations have listed as secret files besides what usually is. */
export function ruledSecretFiles(): readonly string[] {
  return readPolicies().flatMap(({ secretFiles }) => secretFiles ?? []);
}
