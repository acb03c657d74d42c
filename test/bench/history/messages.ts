import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { HistoryMessage } from '../../../src/protocol/historyIndex.ts';
import { projectRoot } from '../../harness/project.ts';

/** Messages of a conversation, and of these as many as make a page of a chat. */
const CONVERSATION = 20;
const NEWEST_MS = 1_790_000_000_000;

/** Numbers from 0 to below `below` that look like chance and are the same each time. */
export function uneven(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    // mulberry32
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Passages of prose and code as they stand in the packages that are installed here. */
export function passages(): string[] {
  const found = new Set<string>();
  for (const entry of readdirSync(path.join(projectRoot, 'node_modules'), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(md|d\.ts|mjs|py)$/i.test(entry.name)) continue;
    const text = readFileSync(path.join(entry.parentPath, entry.name), 'utf8').slice(0, 60_000);
    for (const each of text.split(/\n\s*\n/)) {
      const passage = each.trim();
      if (passage.length >= 60 && passage.length <= 1500) found.add(passage);
    }
    if (found.size > 120_000) break;
  }
  return [...found];
}

/** A history of so many messages: short questions, and answers of a few passages each. */
export function* manyMessages(count: number, from: readonly string[]): Generator<HistoryMessage> {
  const random = uneven(1);
  const pick = (): string => from[random(from.length)] ?? '';
  for (let number = 0; number < count; number++) {
    const isQuestion = number % 2 === 0;
    const text = isQuestion
      ? pick()
          .replace(/\s+/g, ' ')
          .slice(0, 40 + random(120))
      : Array.from({ length: 1 + random(8) }, pick).join('\n\n');
    yield {
      messageId: `01990000-0000-7000-8000-${String(number).padStart(12, '0')}`,
      conversationId: `01990000-0000-7000-9000-${String(Math.floor(number / CONVERSATION)).padStart(12, '0')}`,
      role: isQuestion ? 'user' : 'assistant',
      model: isQuestion ? null : { provider: 'ollama', model: `model-${random(5)}` },
      createdAt: NEWEST_MS - (count - number) * 60_000,
      text,
    };
  }
}

/** What somebody types who looks for words of these messages: each beginning of a few words, letter by letter. */
export function keystrokes(messages: readonly HistoryMessage[], searches: number): string[] {
  const random = uneven(2);
  const typed: string[] = [];
  for (let search = 0; search < searches; search++) {
    const words = messages[random(messages.length)]?.text.match(/[\p{L}\p{N}_]+/gu) ?? [];
    const start = random(Math.max(1, words.length - 4));
    const query = words
      .slice(start, start + 1 + random(4))
      .join(' ')
      .slice(0, 40);
    for (let length = 1; length <= query.length; length++) typed.push(query.slice(0, length));
  }
  return typed;
}
