import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { NamedFolder, PathAlias, ProjectFacts } from './importResolver.ts';

/** A repository has some; what is beyond is not read. */
const MOST_READ = 1000;

/** Reads go.mod, package.json, Cargo.toml, tsconfig.json and jsconfig.json where `paths` has them. Broken ones say nothing. */
export function readProjectFacts(root: string, paths: Iterable<string>): ProjectFacts {
  const facts = { goModules: [] as NamedFolder[], packages: [] as NamedFolder[], crates: [] as NamedFolder[] };
  const aliases: PathAlias[] = [];
  let read = 0;
  for (const file of paths) {
    const slash = file.lastIndexOf('/');
    const name = file.slice(slash + 1);
    if (!/^(go\.mod|package\.json|Cargo\.toml|[tj]sconfig([.-][\w.-]+)?\.json)$/.test(name) || read++ >= MOST_READ)
      continue;
    const folder = file.slice(0, Math.max(0, slash));
    const text = readIfThere(path.join(root, file));
    if (name === 'go.mod') add(facts.goModules, folder, /^module[ \t]+"?([^\s"]+)/m.exec(text)?.[1]);
    else if (name === 'Cargo.toml') {
      add(facts.crates, folder, /^\[package\][^[]*?^name[ \t]*=[ \t]*"([^"]+)"/m.exec(text)?.[1]?.replaceAll('-', '_'));
    } else if (name === 'package.json') add(facts.packages, folder, asText(asRecord(parseJson(text))['name']));
    else aliases.push(...aliasesOf(folder, parseJson(text)));
  }
  return { ...facts, aliases };
}

function add(list: NamedFolder[], folder: string, name: string | undefined): void {
  if (name !== undefined && name !== '') list.push({ folder, name });
}

function aliasesOf(folder: string, config: unknown): PathAlias[] {
  const options = asRecord(asRecord(config)['compilerOptions']);
  const baseUrl = asText(options['baseUrl']);
  const base = path.posix.join(folder, baseUrl ?? '.');
  const aliases = Object.entries(asRecord(options['paths'])).map(([pattern, places]) => ({
    folder,
    pattern,
    places: (Array.isArray(places) ? places : []).flatMap((place: unknown) =>
      typeof place === 'string' ? [path.posix.join(base, place)] : [],
    ),
  }));
  return baseUrl === undefined ? aliases : [...aliases, { folder, pattern: '*', places: [path.posix.join(base, '*')] }];
}

/** Reads JSON with comments and commas at the end; undefined for what is none. */
function parseJson(text: string): unknown {
  const plain = text
    .replace(/("(?:[^"\\\n]|\\.)*")|\/\/[^\n]*|\/\*[^]*?\*\//g, (_, string: string | undefined) => string ?? '')
    .replace(/,(\s*[}\]])/g, '$1');
  try {
    return JSON.parse(plain);
  } catch {
    return undefined;
  }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
