import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { TaskError, projectRoot } from './project.ts';

/** Whose the grammars are that `@vscode/tree-sitter-wasm` has compiled: from the LICENSE of their own packages, all MIT. */
const grammarCopyrights: Readonly<Record<string, string>> = {
  bash: '2017 Max Brunsfeld',
  'c-sharp': '2014-2023 Max Brunsfeld, Damien Guard, Amaan Qureshi, and contributors',
  cpp: '2014 Max Brunsfeld',
  css: '2018 Max Brunsfeld',
  go: '2014 Max Brunsfeld',
  java: '2017 Ayman Nadeem',
  javascript: '2014 Max Brunsfeld',
  php: '2017 Josh Vera, GitHub',
  python: '2016 Max Brunsfeld',
  ruby: '2016 Rob Rix',
  rust: '2017 Maxim Sokolov',
  typescript: '2017 Max Brunsfeld',
};

/** Shipped as it is, beside the bundle. */
const unbundledPackages = ['keytar'];

/**
 * Writes ThirdPartyNotices.txt: the licence of every package that the build has taken something from, of
 * the grammars, and of the built-in models. Throws a {@link TaskError} where a licence is not known.
 */
export async function writeNotices(): Promise<void> {
  const meta = JSON.parse(await readFile(path.join(projectRoot, 'dist', 'meta.json'), 'utf8')) as { inputs: string[] };
  const packages = new Set([...meta.inputs.map(packageOf).filter((name) => name !== null), ...unbundledPackages]);
  const sections = await Promise.all([...packages].sort().map(packageNotice));
  sections.push(...(await grammarNotices(meta.inputs)));
  const models = path.join(projectRoot, 'media', 'models');
  sections.push(section('The built-in embedding models', await readFile(path.join(models, 'README.md'), 'utf8')));
  const apache = await readFile(path.join(models, 'LICENSE-Apache-2.0.txt'), 'utf8');
  sections.push(section('all-MiniLM-L6-v2 (Apache-2.0)', apache));
  const head = 'Sextant contains what others have made. Here are their names and licences.\n';
  await writeFile(path.join(projectRoot, 'ThirdPartyNotices.txt'), [head, ...sections].join('\n'));
}

/** The folder of the package that a file belongs to, or null for a file of Sextant's own. */
function packageOf(file: string): string | null {
  return /^node_modules\/((?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? null;
}

async function packageNotice(name: string): Promise<string> {
  const directory = path.join(projectRoot, 'node_modules', name);
  const manifest = JSON.parse(await readFile(path.join(directory, 'package.json'), 'utf8')) as Record<string, unknown>;
  const { license, version } = manifest;
  if (typeof license !== 'string')
    throw new TaskError(`The package ${name} does not say under which licence it stands.`);
  const files = (await readdir(directory)).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(path.join(directory, file), 'utf8')));
  const text = texts.length > 0 ? texts.join('\n') : `Licensed under ${license}. The package carries no licence text.`;
  return section(`${String(manifest['name'])} ${String(version)} (${license})`, text);
}

async function grammarNotices(inputs: readonly string[]): Promise<string[]> {
  const names = inputs.map((file) => /tree-sitter-wasm\/wasm\/tree-sitter-(.+)\.wasm$/.exec(file)?.[1]);
  // The grammar of TSX is one half of TypeScript's.
  const grammars = new Set(
    names.filter((name) => name !== undefined).map((name) => (name === 'tsx' ? 'typescript' : name)),
  );
  const licence = await readFile(path.join(projectRoot, 'node_modules', 'web-tree-sitter', 'LICENSE'), 'utf8');
  const permission = licence.slice(licence.indexOf('Permission is hereby granted'));
  return [...grammars].sort().map((name) => {
    const holder = grammarCopyrights[name];
    if (holder === undefined)
      throw new TaskError(`The copyright of the grammar ${name} is missing in test/harness/notices.ts.`);
    return section(`tree-sitter-${name} (MIT)`, `Copyright (c) ${holder}\n\n${permission}`);
  });
}

function section(title: string, text: string): string {
  return `${'-'.repeat(80)}\n${title}\n${'-'.repeat(80)}\n${text.trim().replaceAll('\r\n', '\n')}\n`;
}
