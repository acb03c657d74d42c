import { t } from '../base/texts.ts';
import type { ChatPart } from '../models/chatModel.ts';
import type { IndexStatus, SearchHit } from '../protocol/contextIndex.ts';
import { passagePlaces } from './passagePlace.ts';
import { citationScheme } from './prompt.ts';

/** The built-in model that needs no key, no server and no network. */
export const offlineModel = { provider: 'offline', model: 'quote' } as const;

const QUOTED = 5;
const EXCERPT_LINES = 18;

/**
 * Answers with the passages themselves: each with its place, its symbol and the lines that match the
 * question best. It says that it quotes; it makes nothing up.
 */
export async function* answerOffline(
  question: string,
  passages: readonly SearchHit[],
  index: IndexStatus,
): AsyncGenerator<ChatPart> {
  if (passages.length === 0) {
    yield { type: 'text-delta', text: nothingFound(index) };
  } else {
    const shown = passages.slice(0, QUOTED);
    yield { type: 'text-delta', text: `${introduction(shown.length, index)}\n` };
    const words = questionWords(question);
    const places = passagePlaces(shown);
    for (const [at, passage] of shown.entries()) {
      yield { type: 'text-delta', text: quote(passage, places[at] ?? passage.path, at + 1, words) };
    }
    yield { type: 'text-delta', text: `\n${t('To have them explained, choose a model below.')}\n` };
  }
  yield { type: 'finish', reason: 'stop', usage: {} };
}

/** Says what `/help` stands for. */
export async function* sayHelp(text: string): AsyncGenerator<ChatPart> {
  yield { type: 'text-delta', text };
  yield { type: 'finish', reason: 'stop', usage: {} };
}

function introduction(count: number, index: IndexStatus): string {
  const partial =
    index.phase === 'ready'
      ? ''
      : ` ${t('The index covers {0} of {1} files so far.', index.filesDone, index.filesTotal)}`;
  const quotes =
    count === 1
      ? t('This passage of your workspace matches the question best. The Offline model quotes; it does not generate.')
      : t(
          'These {0} passages of your workspace match the question best. The Offline model quotes; it does not generate.',
          count,
        );
  return quotes + partial;
}

function nothingFound(index: IndexStatus): string {
  switch (index.phase) {
    case 'none':
      return t(
        'No folder is open that the index could read, so there is nothing to quote from. Open a folder, or choose a model below.',
      );
    case 'failed':
      return `${t('The index could not be read, so there is nothing to quote from.')} ${index.message ?? ''}`.trimEnd();
    case 'opening':
    case 'scanning':
    case 'indexing':
    case 'paused':
      return index.chunks === 0
        ? t(
            index.phase === 'paused'
              ? 'The index has read {0} of {1} files so far. Resume indexing, or choose a model below.'
              : 'The index has read {0} of {1} files so far. Ask again in a moment, or choose a model below.',
            index.filesDone,
            index.filesTotal,
          )
        : t(
            'Nothing that is indexed so far ({0} of {1} files) matches the question.',
            index.filesDone,
            index.filesTotal,
          );
    case 'ready':
      return index.chunks === 0
        ? t(
            'There is no text in this workspace that the index could read, so there is nothing to quote from. Choose a model below to chat without it.',
          )
        : t(
            'Nothing in this workspace matches the question. Try words that its code or documents use, or choose a model below.',
          );
  }
}

function quote(passage: SearchHit, path: string, number: number, words: ReadonlySet<string>): string {
  const { firstLine, lines } = excerpt(passage, words);
  const place = `[${escapeMarkdown(path)}:${passage.startLine}-${passage.endLine}](${citationScheme}${number})`;
  const symbol = passage.symbol === '' ? '' : ` · \`${passage.symbol.replaceAll('`', "'")}\``;
  const body = lines.join('\n');
  const fence = '`'.repeat(Math.max(3, ...Array.from(body.matchAll(/`+/gu), (run) => run[0].length + 1)));
  const cut = lines.length < passage.endLine - passage.startLine + 1;
  const note = cut ? `\n*${t('Lines {0} to {1}.', firstLine, firstLine + lines.length - 1)}*\n` : '';
  return `\n${place}${symbol}\n\n${fence}${passage.language}\n${body}\n${fence}\n${note}`;
}

/** The run of lines in which most of the question's words occur, with them in its middle. */
function excerpt(passage: SearchHit, words: ReadonlySet<string>): { firstLine: number; lines: string[] } {
  const lines = passage.text.split('\n');
  const hits = lines.map((line) => [...questionWords(line)].filter((word) => words.has(word)).length);
  let sum = hits.slice(0, EXCERPT_LINES).reduce((total, count) => total + count, 0);
  let best = { sum, first: 0, last: 0 };
  for (let start = 1; start + EXCERPT_LINES <= lines.length; start++) {
    sum += (hits[start + EXCERPT_LINES - 1] ?? 0) - (hits[start - 1] ?? 0);
    if (sum > best.sum) best = { sum, first: start, last: start };
    else if (sum === best.sum && best.last === start - 1) best.last = start;
  }
  const start = best.sum === 0 ? 0 : Math.floor((best.first + best.last) / 2);
  return { firstLine: passage.startLine + start, lines: lines.slice(start, start + EXCERPT_LINES) };
}

function questionWords(text: string): Set<string> {
  const words = text
    .replaceAll(/(?<=[a-z0-9])(?=[A-Z])/gu, ' ')
    .toLowerCase()
    .match(/[\p{L}\p{N}]{3,}/gu);
  return new Set(words ?? []);
}

function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\[\]*_`<>&~]/gu, String.raw`\$&`);
}
