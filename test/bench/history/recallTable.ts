import { readFileSync } from 'node:fs';
import path from 'node:path';
import { quantise } from '../../../src/index/embedding/quantise.ts';
import { StaticModel, modelBytes } from '../../../src/index/embedding/staticModel.ts';
import { deepQuestion, inDeepOrder, movableMatches } from '../../../src/index/history/deepOrder.ts';
import { HistoryTable } from '../../../src/index/history/historyTable.ts';
import { splitMessage } from '../../../src/index/history/messageParts.ts';
import { type HistoryWeights, historyWeights, searchHistory } from '../../../src/index/history/searchHistory.ts';
import { type EmbeddedPart, buildSegment } from '../../../src/index/history/segmentBuilder.ts';
import { VectorSearch } from '../../../src/index/vectors/vectorSearch.node.ts';
import { VectorTable } from '../../../src/index/vectors/vectorTable.ts';
import { HISTORY_PAGE, type HistoryMatch, PASSAGE_LENGTH } from '../../../src/protocol/historyIndex.ts';
import { deepVectors, modelDirectory } from '../retrieval/deepVectors.ts';

const deep = await deepVectors();
const model = new StaticModel(modelBytes(readFileSync(path.join(modelDirectory, 'static-code-256.bin'))));

/** What of the search is at work: `all words` shows no text that lacks one. */
export const ways = ['all words', 'words', 'meaning', 'both', 'with deep'] as const;
export type Way = (typeof ways)[number];

/** Texts as messages of a history; a text's number is its id. */
export class RecallTable {
  readonly texts: readonly string[];
  readonly #table: HistoryTable;
  readonly #questions = new Map<string, Float32Array>();

  private constructor(texts: readonly string[], table: HistoryTable) {
    this.texts = texts;
    this.#table = table;
  }

  static async of(texts: readonly string[]): Promise<RecallTable> {
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
    return new RecallTable(texts, table);
  }

  /** The numbers of the first ten texts that are found. */
  async find(query: string, way: Way, weights?: HistoryWeights, deepWeight?: number): Promise<number[]> {
    if (way === 'meaning') return this.#nearest(query);
    const isDeep = way === 'with deep';
    const { matches } = await this.search(query, isDeep ? HISTORY_PAGE : 10, weights, isDeep || way === 'both');
    return (isDeep ? await this.#deepen(query, matches, deepWeight) : matches)
      .slice(0, 10)
      .filter(({ isRelated }) => way !== 'all words' || !isRelated)
      .map(({ messageId }) => Number(messageId));
  }

  /** Has the deep model read what these questions will need, all at once, since that takes minutes. */
  async prepare(questions: readonly string[]): Promise<void> {
    const texts: string[] = [];
    for (const question of questions) {
      const { matches } = await this.search(question, HISTORY_PAGE);
      texts.push(...this.#textsFor(question, matches));
    }
    await deep.of(texts, 'the search of chats');
  }

  async #deepen(query: string, matches: readonly HistoryMatch[], weight?: number): Promise<HistoryMatch[]> {
    const [question, ...passages] = await deep.of(this.#textsFor(query, matches), 'a search');
    const similarities = new Map<HistoryMatch, number>();
    for (const [at, match] of movableMatches(matches).entries()) {
      if (question !== undefined) similarities.set(match, dot(question, passages[at]));
    }
    return inDeepOrder(matches, similarities, weight);
  }

  /** The question and the passages that the deep model reads for it; none where it is not asked. */
  #textsFor(query: string, matches: readonly HistoryMatch[]): string[] {
    const question = deepQuestion(query);
    if (question === undefined) return [];
    const passages = movableMatches(matches).map(({ messageId, startOffset }) =>
      (this.texts[Number(messageId)] ?? '').slice(startOffset, startOffset + PASSAGE_LENGTH),
    );
    return [question, ...passages];
  }

  search(
    query: string,
    limit: number,
    weights = historyWeights,
    withMeaning = true,
  ): Promise<{ matches: HistoryMatch[]; total: number }> {
    const meaning = {
      dimensions: model.dimensions,
      embedOne: (text: string) => this.#embedQuestion(text),
      nearest: withMeaning ? this.#table.vectors.nearest.bind(this.#table.vectors) : () => [],
    };
    const conversations = { kind: 'except' as const, ids: [] };
    const request = { query, offset: 0, limit, conversations, filter: {} };
    return searchHistory(this.#table, meaning, request, () => undefined, weights);
  }

  #nearest(query: string): number[] {
    const vector = new Int8Array(model.dimensions);
    quantise(this.#embedQuestion(query), vector);
    if (vector.every((value) => value === 0)) return [];
    const { documentOfSlot } = this.#table.messages;
    const near = this.#table.vectors.nearest(vector, 100).map(({ slot }) => documentOfSlot[slot] ?? -1);
    return [...new Set(near)].slice(0, 10);
  }

  #embedQuestion(text: string): Float32Array {
    const known = this.#questions.get(text) ?? model.embedOne(text, 'query');
    this.#questions.set(text, known);
    return known;
  }
}

function dot(a: Float32Array, b: Float32Array | undefined): number {
  return a.reduce((sum, value, at) => sum + value * (b?.[at] ?? 0), 0);
}
