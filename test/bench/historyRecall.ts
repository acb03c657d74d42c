// `npm run eval:history`: what the history search finds, by words, by meaning and by both. The texts are real: the
// sections of the Debian Reference in English, Chinese and Japanese (Debian's packages, fetched with apt-get once),
// and documented functions of the packages that are installed here. Prints a table; writes results/historyRecall.json.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { quantise } from '../../src/index/embedding/quantise.ts';
import { StaticModel, modelBytes } from '../../src/index/embedding/staticModel.ts';
import { HistoryTable } from '../../src/index/history/historyTable.ts';
import { splitMessage } from '../../src/index/history/messageParts.ts';
import { searchHistory } from '../../src/index/history/searchHistory.ts';
import { VectorSearch } from '../../src/index/vectors/vectorSearch.node.ts';
import { VectorTable } from '../../src/index/vectors/vectorTable.ts';
import { type EmbeddedPart, buildSegment } from '../../src/index/history/segmentBuilder.ts';
import { cacheDirectory, projectRoot } from '../harness/project.ts';
import { uneven } from './history/messages.ts';

/** A text, and a question that is about it and stands not in it as it is. */
interface Item {
  readonly question: string;
  readonly text: string;
}

const MOST = 400;
const model = new StaticModel(modelBytes(readFileSync(path.join(projectRoot, 'media/models/static-code-256.bin'))));

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
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(js|mjs|ts)$/.test(entry.name) || /\.min\.|\.d\.ts$/.test(entry.name)) continue;
    const text = readFileSync(path.join(entry.parentPath, entry.name), 'utf8');
    if (text.length > 200_000) continue;
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

/** Some words as they stand in each text. */
function quotations(items: readonly Item[]): Item[] {
  const random = uneven(3);
  return items.map(({ text }) => {
    const words = [
      ...text.matchAll(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]{6}|[A-Za-z]+ [A-Za-z]+ [A-Za-z]+/gu),
    ];
    return { question: `${words[random(Math.max(1, words.length))]?.[0] ?? text.slice(0, 20)} `, text };
  });
}

async function buildTable(texts: readonly string[]): Promise<HistoryTable> {
  const vectors = new VectorTable(model.dimensions);
  const table = new HistoryTable(vectors, new VectorSearch(vectors, []));
  const parts: EmbeddedPart[] = [];
  for (const [document, text] of texts.entries()) {
    for (const { startOffset, text: part } of splitMessage(text)) {
      const vector = new Int8Array(model.dimensions);
      quantise(model.embedOne(part, 'code'), vector);
      const [slot = 0] = table.takeSlots(1);
      table.setVector(slot, vector);
      parts.push({ document, startOffset, slot });
    }
  }
  const messages = texts.map((text, number) => ({
    messageId: String(number),
    conversationId: 'one',
    role: 'user' as const,
    model: null,
    createdAt: number,
    text,
  }));
  table.add(await buildSegment(messages, parts, 1, () => undefined));
  return table;
}

const ways = ['all words', 'words', 'meaning', 'both'] as const;
type Way = (typeof ways)[number];

/** The numbers of the first ten texts that are found. */
async function find(table: HistoryTable, query: string, way: Way): Promise<number[]> {
  const vector = new Int8Array(model.dimensions);
  quantise(model.embedOne(query, 'query'), vector);
  if (way === 'meaning') {
    if (vector.every((value) => value === 0)) return [];
    const { documentOfSlot } = table.messages;
    const near = table.vectors.nearest(vector, 100).map(({ slot }) => documentOfSlot[slot] ?? -1);
    return [...new Set(near)].slice(0, 10);
  }
  const meaning = {
    dimensions: model.dimensions,
    embedOne: (text: string) => model.embedOne(text, 'query'),
    nearest: way === 'both' ? table.vectors.nearest.bind(table.vectors) : () => [],
  };
  const conversations = { kind: 'except' as const, ids: [] };
  const request = { query, offset: 0, limit: 10, conversations, filter: {} };
  const { matches } = await searchHistory(table, meaning, request, () => undefined);
  return matches.filter(({ isRelated }) => way !== 'all words' || !isRelated).map(({ messageId }) => Number(messageId));
}

const sets: Record<string, Item[]> = {
  'English, by title': sample(sections('en')),
  'Chinese, by title': sample(sections('zh-cn')),
  'Japanese, by title': sample(sections('ja')),
  'code, by its comment': sample(functions()),
};
// Everybody's texts together: a history has them all.
const texts = Object.values(sets).flat();
const table = await buildTable(texts.map(({ text }) => text));
const results: { metric: string; value: number; unit: string; goal: null; higherIsBetter: true; peers: object }[] = [];
const asked = Object.entries(sets).flatMap(([name, items]) => [
  [name, items] as const,
  [`${name.replace(/, .*/, '')}, as it stands`, quotations(items)] as const,
]);
console.log(`${texts.length} texts; found among the first ten / mean reciprocal rank`);
console.log(['questions'.padEnd(26), ...ways.map((way) => way.padStart(15))].join(''));
for (const [name, items] of asked) {
  const row = {} as Record<Way, { recall: number; reciprocalRank: number }>;
  for (const way of ways) {
    let found = 0;
    let ranks = 0;
    for (const { question, text } of items) {
      const rank = (await find(table, question, way)).findIndex((number) => texts[number]?.text === text);
      if (rank >= 0) found++;
      if (rank >= 0) ranks += 1 / (rank + 1);
    }
    row[way] = { recall: found / items.length, reciprocalRank: ranks / items.length };
  }
  for (const way of ways) {
    const keep = (what: string, value: number): void => {
      const metric = `${name} (${items.length}), ${way}: ${what}`;
      results.push({ metric, value, unit: 'share', goal: null, higherIsBetter: true, peers: {} });
    };
    keep('found among the first ten', row[way].recall);
    keep('mean reciprocal rank', row[way].reciprocalRank);
  }
  const figures = ways.map((way) =>
    `${row[way].recall.toFixed(2)} / ${row[way].reciprocalRank.toFixed(2)}`.padStart(15),
  );
  console.log([`${name} (${items.length})`.padEnd(26), ...figures].join(''));
}
const folder = path.join(import.meta.dirname, 'results');
mkdirSync(folder, { recursive: true });
writeFileSync(path.join(folder, 'historyRecall.json'), `${JSON.stringify(results, null, 2)}\n`);
