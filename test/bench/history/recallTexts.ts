import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { cacheDirectory, projectRoot } from '../../harness/project.ts';
import { uneven } from './messages.ts';

/** A text, and a question that is about it. */
export interface Item {
  readonly question: string;
  readonly text: string;
}

const MOST = 400;

/** Sections and functions by what they are of; no question stands in its text as it is. */
export function readItems(): Record<string, readonly Item[]> {
  return {
    English: sample(sections('en')),
    German: sample(sections('de')),
    French: sample(sections('fr')),
    Spanish: sample(sections('es')),
    Chinese: sample(sections('zh-cn')),
    Japanese: sample(sections('ja')),
    code: sample(functions()),
  };
}

/** The weights are chosen on one half of the questions; the other half tells what they are good for. */
export function half(items: readonly Item[], which: 'tuning' | 'final'): Item[] {
  return items.filter((_, number) => (number % 2 === 1) === (which === 'tuning'));
}

/** Some words as they stand in each text. */
export function quotations(items: readonly Item[]): Item[] {
  const random = uneven(3);
  return items.map(({ text }) => {
    const words = [
      ...text.matchAll(
        /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]{6}|\p{Script=Latin}+ \p{Script=Latin}+ \p{Script=Latin}+/gu,
      ),
    ];
    return { question: `${words[random(Math.max(1, words.length))]?.[0] ?? text.slice(0, 20)} `, text };
  });
}

/** Three longer words of each text, as one remembers them: in any order. */
export function rememberedWords(items: readonly Item[]): Item[] {
  const random = uneven(7);
  return items.flatMap(({ text }) => {
    const words = [...new Set(text.match(/\p{Script=Latin}{5,}/gu))];
    const remembered = [0, 1, 2].flatMap(() => words.splice(random(Math.max(1, words.length)), 1));
    return remembered.length === 3 ? [{ question: `${remembered.join(' ')} `, text }] : [];
  });
}

/** Sections with their titles, which are taken out. */
function sections(language: string): Item[] {
  const folder = path.join(cacheDirectory, 'debian-reference', language);
  if (!existsSync(folder)) {
    mkdirSync(folder, { recursive: true });
    execFileSync('apt-get', ['download', `debian-reference-${language}`], { cwd: folder, stdio: 'ignore' });
    for (const name of readdirSync(folder)) execFileSync('dpkg-deb', ['-x', name, 'x'], { cwd: folder });
  }
  const pages = path.join(folder, 'x/usr/share/debian-reference');
  return readdirSync(pages)
    .filter((name) => /^ch\d+\..*\.html$/.test(name))
    .sort()
    .flatMap((name) => readFileSync(path.join(pages, name), 'utf8').split(/(?=<h[34][ >])/))
    .flatMap((part) => {
      const [, heading = '', body = ''] = /^<h[34][^>]*>(.*?)<\/h[34]>(.*)$/s.exec(part) ?? [];
      const question = plain(heading).replace(/^[\d.]+\s*/, '');
      const text = plain(body);
      return question.length > 3 && text.length > 100 ? [{ question, text }] : [];
    });
}

function plain(html: string): string {
  const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', nbsp: ' ' };
  return html
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(\w+);/g, (whole, name: string) => entities[name] ?? whole)
    .replace(/[ \t\u00a0]+/g, ' ')
    .trim();
}

/** Functions without their comments, whose first sentences are the questions. */
function functions(): Item[] {
  const items: Item[] = [];
  const root = path.join(projectRoot, 'node_modules');
  for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()) {
    if (!/\.(js|mjs|ts)$/.test(name) || /\.min\.|\.d\.ts$/.test(name)) continue;
    const file = path.join(root, name);
    const facts = statSync(file);
    if (facts.size > 200_000 || !facts.isFile()) continue;
    const text = readFileSync(file, 'utf8');
    const documented =
      /\/\*\*\s*\n\s*\*\s+([A-Z][^@\n]{25,160}?\.)(?:\s[^]*?)?\*\/\n((?:export |async )*function [^]*?\n\})/g;
    for (const [, question = '', body = ''] of text.matchAll(documented)) {
      if (body.length > 150 && body.length < 3000)
        items.push({ question, text: body.replace(/\/\*[^]*?\*\/|\/\/.*/g, '') });
    }
  }
  return items;
}

/** So many of them, spread evenly. */
function sample(items: readonly Item[]): Item[] {
  const distinct = [...new Map(items.map((item) => [item.question, item])).values()];
  const step = Math.max(1, distinct.length / MOST);
  return Array.from({ length: Math.min(MOST, distinct.length) }, (_, i) => distinct[Math.floor(i * step)]).filter(
    (item) => item !== undefined,
  );
}
