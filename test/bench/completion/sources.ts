import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type GrammarName, languageOf } from '../../../src/index/chunks/languages.ts';
import { projectRoot } from '../../harness/project.ts';
import { randomFrom } from '../apply/random.ts';
import { type PackageSource, fetchPackage } from '../fetchPackage.ts';

/** A file as people wrote it. */
export interface SourceFile {
  /** Package and path. */
  readonly name: string;
  /** As VS Code names it. */
  readonly languageId: string;
  readonly grammar: GrammarName;
  readonly text: string;
}

type Source = PackageSource & { readonly files: string };

/** Six languages, from several hands each. */
const sources: readonly Source[] = [
  { npm: 'zod@4.1.5', files: 'src/v4/{core,classic}/*.ts' },
  { npm: 'rxjs@7.8.1', files: 'src/internal/**/*.ts' },
  { npm: '@tanstack/query-core@5.59.0', files: 'src/*.ts' },
  { npm: 'immer@10.1.1', files: 'src/**/*.ts' },
  { debian: 'python3-requests', files: '**/requests/*.py' },
  { debian: 'python3-flask', files: '**/flask/*.py' },
  { debian: 'python3-werkzeug', files: '**/werkzeug/*.py' },
  { debian: 'python3-click', files: '**/click/*.py' },
  { debian: 'golang-github-spf13-cobra-dev', files: '**/*.go' },
  { debian: 'golang-github-gorilla-mux-dev', files: '**/*.go' },
  { debian: 'golang-github-gin-gonic-gin-dev', files: '**/*.go' },
  { debian: 'librust-itertools-dev', files: '**/src/**/*.rs' },
  { debian: 'librust-hyper-dev', files: '**/src/**/*.rs' },
  { debian: 'librust-regex-dev', files: '**/src/**/*.rs' },
  { npm: 'react-native-webview@13.12.2', files: '**/*.java' },
  { npm: 'react-native-svg@15.6.0', files: '**/*.java' },
  { npm: 'react-native-gesture-handler@1.10.3', files: '**/*.java' },
  { npm: 'tree-sitter@0.21.1', files: 'vendor/**/lib/src/*.c' },
  { npm: 'usb@2.14.0', files: 'libusb/libusb/**/*.c' },
  { npm: 'lmdb@3.1.3', files: 'dependencies/**/*.c' },
];

const cache = path.join(projectRoot, '.cache', 'bench-completion');
const MOST_PER_SOURCE = 14;

/** The files, in an order that is always the same; packages that are not in the cache yet are fetched with npm and apt. */
export function sourceFiles(): SourceFile[] {
  return sources.flatMap((source) => {
    const name = 'npm' in source ? source.npm : source.debian;
    const folder = fetchPackage(source, path.join(cache, name.replace(/[@/]+/g, '_')));
    if (folder === null) return [];
    const random = randomFrom(name);
    return globSync(source.files, { cwd: folder })
      .filter((file) => !/(?:^|\/)(?:tests?|__tests__|testdata|vendor\/.*third)\/|_test\.|\.test\.|\.d\.ts$/.test(file))
      .sort()
      .map((file) => ({ file, order: random() }))
      .sort((left, right) => left.order - right.order)
      .flatMap(({ file }) => readSource(folder, file, name))
      .slice(0, MOST_PER_SOURCE);
  });
}

function readSource(folder: string, file: string, source: string): SourceFile[] {
  const { id, chunking } = languageOf(file);
  const text = readFileSync(path.join(folder, file), 'utf8');
  const lines = text.split('\n');
  const isUsual = lines.length >= 40 && lines.length <= 3000 && lines.every((line) => line.length <= 300);
  if (chunking.by !== 'syntax' || !isUsual || /[\r\uFFFD\0]/.test(text)) return [];
  return [{ name: `${source}/${file}`, languageId: id, grammar: chunking.grammar, text }];
}
