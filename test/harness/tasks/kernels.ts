// `npm run kernels`: assembles src/index/deep/kernels.as into kernels.ts, with and without relaxed SIMD. AssemblyScript
// (with its compiler a hundred megabytes) is installed below .cache for that.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { npmCommand } from '../npmCommand.ts';
import { TaskError, projectRoot } from '../project.ts';
import { runTask } from '../runTask.ts';

const VERSION = '0.28.20';

interface Assembler {
  main(
    options: readonly string[],
    files: {
      readFile(name: string): string | null;
      writeFile(name: string, content: Uint8Array): void;
      listFiles(): string[];
      stderr: NodeJS.WriteStream;
    },
  ): Promise<{ error: Error | null }>;
}

runTask(async () => {
  const folder = path.join(projectRoot, 'src/index/deep');
  const source = readFileSync(path.join(folder, 'kernels.as'), 'utf8');
  const assembler = await installedAssembler();
  const assembled: string[] = [];
  for (const [name, options] of Object.entries({ plain: [], relaxed: ['--enable', 'relaxed-simd'] })) {
    const module = await assemble(assembler, source, options);
    assembled.push(`/** ${module.length} bytes. */\nexport const ${name} =\n${literal(module)};\n`);
  }
  const hash = createHash('sha256').update(source).digest('hex');
  const text = `// Assembled from kernels.as by \`npm run kernels\`; the SHA-256 of that file:
export const sourceHash = '${hash}';

${assembled.join('\n')}`;
  writeFileSync(path.join(folder, 'kernels.ts'), text);
  return true;
});

async function installedAssembler(): Promise<Assembler> {
  const folder = path.join(projectRoot, '.cache/assemblyscript');
  const main = path.join(folder, 'node_modules/assemblyscript/dist/asc.js');
  if (!existsSync(main)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
    const [command = 'npm', ...rest] = npmCommand('install', `assemblyscript@${VERSION}`, '--no-audit', '--no-fund');
    execFileSync(command, rest, { cwd: folder, stdio: 'inherit', shell: process.platform === 'win32' });
  }
  return (await import(pathToFileURL(main).href)) as Assembler;
}

async function assemble(assembler: Assembler, source: string, options: readonly string[]): Promise<Uint8Array> {
  let module: Uint8Array | undefined;
  const { error } = await assembler.main(
    [
      'kernels.ts',
      '--outFile',
      'kernels.wasm',
      '--runtime',
      'stub',
      '-O3',
      '--noAssert',
      '--enable',
      'simd',
      ...options,
    ],
    {
      readFile: (name) => (name === 'kernels.ts' ? source : null),
      writeFile: (_name, content) => {
        module = content;
      },
      listFiles: () => [],
      stderr: process.stderr,
    },
  );
  if (error !== null || module === undefined) throw new TaskError('The kernels were not assembled; see above.');
  return module;
}

/** Base64 in lines of 110 letters. */
function literal(bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,110}/g) ?? [];
  return lines.map((line) => `  '${line}'`).join(' +\n');
}
