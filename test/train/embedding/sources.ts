import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { cacheDirectory } from '../../harness/project.ts';
import { fetchDebianSource } from '../../bench/debianSource.ts';
import { fetchPackage } from '../../bench/fetchPackage.ts';
import { sourcePackages } from '../../bench/retrieval/sources.ts';
import { type Permission, binaryPermission, debianPermission, npmPermission } from './licence.ts';
import { type SourcePackage, evaluationPackages, evaluatedPython, trainingPackages } from './packages.ts';

/** Where all that the training downloads and makes is kept. */
export const trainingFolder = path.join(cacheDirectory, 'train');

const manifestFile = path.join(trainingFolder, 'sources.json');

/** A package that was unpacked, and which of its files may be used. */
export interface UnpackedSource extends SourcePackage {
  readonly version: string;
  readonly folder: string;
  readonly permission: Permission;
}

/** A line of the manifest: a package that may be trained on. */
export interface PermittedSource extends SourcePackage {
  readonly version: string;
  readonly licences: readonly string[];
}

/** Step 1: downloads the packages to train on, and writes down which of them may be used, under which licence. */
export function fetchSources(): void {
  const unpacked = trainingPackages.flatMap((source) => unpack(source) ?? []);
  const used = unpacked.filter(({ permission }) => permission.licences.length > 0);
  const manifest: PermittedSource[] = used.map(({ from, name, version, permission }) => ({
    from,
    name,
    version,
    licences: permission.licences,
  }));
  mkdirSync(trainingFolder, { recursive: true });
  writeFileSync(manifestFile, `${JSON.stringify(manifest, null, 2)}\n`);
  const refused = unpacked.filter((source) => !used.includes(source)).map(({ name }) => name);
  console.log(`${used.length} packages may be trained on, of ${trainingPackages.length}.`);
  if (refused.length > 0) console.log(`Without a permissive licence that a script can read: ${refused.join(', ')}`);
}

/** What the last run of the step wrote down. */
export function readManifest(): PermittedSource[] {
  return JSON.parse(readFileSync(manifestFile, 'utf8')) as PermittedSource[];
}

/** The packages that may be trained on. */
export function trainingSources(): UnpackedSource[] {
  assertSeparate();
  return trainingPackages.flatMap((source) => {
    const unpacked = unpack(source);
    return unpacked === null || unpacked.permission.licences.length === 0 ? [] : [unpacked];
  });
}

/** The packages that are asked about, those of `eval:retrieval` among them, under whatever licence. */
export function evaluationSources(): UnpackedSource[] {
  const debian = sourcePackages.map(({ name }): SourcePackage => ({ from: 'debian', name }));
  return [...evaluationPackages, evaluatedPython, ...debian].flatMap((source) => {
    const unpacked = unpack(source);
    return unpacked === null ? [] : [{ ...unpacked, permission: { licences: [], permits: () => true } }];
  });
}

/** The names of the packages that are asked about. */
export function evaluationNames(): string[] {
  return [...evaluationPackages, evaluatedPython, ...sourcePackages].map(({ name }) => name).sort();
}

/** No package is both trained on and asked about. */
function assertSeparate(): void {
  const asked = evaluationNames();
  const both = trainingPackages.filter(({ name }) => asked.includes(name));
  if (both.length > 0) throw new Error(`Trained on and asked about: ${both.map(({ name }) => name).join(', ')}`);
}

function unpack(source: SourcePackage): UnpackedSource | null {
  const home = path.join(trainingFolder, 'packages', `${source.from}-${source.name.replaceAll('/', '+')}`);
  mkdirSync(path.dirname(home), { recursive: true });
  if (source.from === 'npm') {
    const folder = fetchPackage({ npm: source.name }, home);
    if (folder === null) return null;
    const packageJson = readFileSync(path.join(folder, 'package.json'), 'utf8');
    const licenceFile = readdirSync(folder).find((file) => /^licen[cs]e(\.(md|txt))?$/i.test(file));
    const licenceText = licenceFile && readFileSync(path.join(folder, licenceFile), 'utf8');
    const { version } = JSON.parse(packageJson) as { version: string };
    return { ...source, version, folder, permission: npmPermission(packageJson, licenceText) };
  }
  if (source.from === 'deb') {
    const folder = fetchPackage({ debian: source.name }, home);
    if (folder === null) return null;
    const about = path.join(folder, 'usr/share/doc', source.name);
    // Some share the documents of another package, with which they are built.
    const documents = existsSync(about) ? readdirSync(about) : [];
    const read = (name: string): Buffer =>
      documents.includes(name) ? readFileSync(path.join(about, name)) : Buffer.of();
    const changes = documents.find((name) => name === 'changelog.Debian.gz') ?? 'changelog.gz';
    const version = documents.includes(changes) ? versionIn(gunzipSync(read(changes)).toString()) : '';
    const permission = binaryPermission(read('copyright').toString());
    return { ...source, version, folder: path.join(folder, 'usr'), permission };
  }
  if (!existsSync(path.join(home, 'complete')) && !fetchDebianSource(source.name, home)) return null;
  const version = versionIn(readFileSync(path.join(home, 'debian/changelog'), 'utf8'));
  const copyright = path.join(home, 'debian/copyright');
  const permission = debianPermission(existsSync(copyright) ? readFileSync(copyright, 'utf8') : '');
  return { ...source, version, folder: path.join(home, 'code'), permission };
}

/** The newest version that a changelog of Debian's names. */
function versionIn(changelog: string): string {
  return /\(([^)]+)\)/.exec(changelog)?.[1] ?? '';
}
