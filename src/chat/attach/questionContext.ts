import { SextantError, isAbort } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';
import type { ModelRef } from '../../models/chatModel.ts';
import type { Attach } from '../../protocol/library.ts';
import { type SentContext, sentLimit } from '../../protocol/sentContext.ts';
import type { Message, QuestionContext } from '../../protocol/store.ts';
import { offlineModel } from '../offlineModel.ts';
import { helpText } from '../prompts/builtInPrompts.ts';
import { type PromptVariables, expandPrompt } from '../prompts/expandPrompt.ts';
import type { Invocation, PromptBook } from '../prompts/promptBook.ts';
import type { RuleBook, SentRule } from '../rules/ruleBook.ts';
import type { AttachmentSource } from './attachmentSource.ts';
import { type Composer, IMAGE_TOKENS, type ReadItem } from './composer.ts';
import { withoutSecrets } from './withoutSecrets.ts';

export interface QuestionSurroundings {
  readonly composer: Pick<Composer, 'collect'>;
  readonly rules: Pick<RuleBook, 'rulesFor'>;
  readonly prompts: Pick<PromptBook, 'find' | 'choices'>;
  readonly sources: readonly AttachmentSource[];
  readonly tools: QuestionTools;
}

/** What the window and the store do for a question that is sent. */
export interface QuestionTools {
  countTokens(texts: readonly string[]): Promise<readonly number[]>;
  /** Keeps bytes. */
  putFile(bytes: Uint8Array, mimeType: string): Promise<{ readonly sha256: string }>;
  variables(): PromptVariables;
  /** Null where the model that answers sees images, else a sentence that says that it does not. */
  imageProblem(): string | null;
}

interface Piece extends Omit<SentContext, 'sha256' | 'tokens'> {
  readonly bytes: Uint8Array;
  /** Null where it is still to be counted. */
  readonly tokens: number | null;
}

/**
 * Everything that goes along with a question: what a command at its beginning stands for, what is attached, and the
 * rules for the files among that. It is kept before the question is, so that what was sent can be seen for ever.
 */
export async function questionContext(
  question: string,
  { composer, rules, prompts, sources, tools }: QuestionSurroundings,
  signal: AbortSignal,
): Promise<QuestionContext> {
  const invocation = await prompts.find(question);
  const command = invocation === null ? [] : [promptPiece(invocation, tools.variables(), prompts.choices())];
  const model = invocation === null ? null : ownModel(invocation);
  if (model !== null) return await keep(command, tools, model);
  const attached = await composer.collect(question, signal);
  const wanted = await promptItems(invocation?.prompt.context ?? [], sources, question, signal);
  const items = withoutDoubles([...attached, ...wanted]);
  const problem = items.some(({ attached: { content } }) => content.type === 'image') ? tools.imageProblem() : null;
  if (problem !== null) throw new SextantError('invalid', problem);
  const places = items.flatMap(({ attached: { place } }) => (place === null ? [] : [place]));
  const applying = await rules.rulesFor(places);
  return await keep([...command, ...applying.map(rulePiece), ...items.map(itemPiece)].slice(0, sentLimit), tools, null);
}

/** Rules alone, for a question that brings all else itself. */
export function contextOfRules(rules: readonly SentRule[], tools: QuestionTools): Promise<QuestionContext> {
  return keep(rules.slice(0, sentLimit).map(rulePiece), tools, null);
}

/** What still goes along with a question that is asked in other words; what its command stood for was meant for those before. */
export function contextToKeep({ sent = [], attachments }: Pick<Message, 'sent' | 'attachments'>): QuestionContext {
  return { sent: sent.filter(({ source }) => source !== 'prompt'), attachments };
}

/** `/search` and `/help` need no model. */
function ownModel({ prompt, typed }: Invocation): ModelRef | null {
  if (prompt.origin !== '') return null;
  if (prompt.name === 'help') return { provider: offlineModel.provider, model: 'help' };
  if (prompt.name !== 'search') return null;
  if (typed === '') throw new SextantError('invalid', t('Type what to look for after /search.'));
  return offlineModel;
}

function promptPiece(
  { prompt, typed }: Invocation,
  variables: PromptVariables,
  choices: Parameters<typeof helpText>[0],
): Piece {
  const isHelp = prompt.origin === '' && prompt.name === 'help';
  const text = isHelp ? helpText(choices) : expandPrompt(prompt.text, typed, variables);
  return piece(
    { source: 'prompt', value: prompt.name, label: `/${prompt.name}`, icon: 'terminal' },
    prompt.origin,
    text,
  );
}

function rulePiece({ id, folder, path, text, tokens }: SentRule): Piece {
  const place = { folder, path, startLine: 1, endLine: text.split('\n').length };
  return { ...piece({ source: 'rule', value: id, label: id, icon: 'law' }, '', text), place, tokens };
}

function piece(of: Pick<SentContext, 'source' | 'value' | 'label' | 'icon'>, detail: string, text: string): Piece {
  const bytes = new TextEncoder().encode(text);
  return { ...of, detail, place: null, mimeType: 'text/plain', tokens: null, isPinned: false, bytes };
}

function itemPiece({ source, value, icon, isPinned, attached }: ReadItem): Piece {
  const { label, detail, place, content } = attached;
  const common = { source, value: attached.value ?? value, label, detail, icon, place, isPinned };
  return content.type === 'image'
    ? { ...common, mimeType: content.mimeType, bytes: content.bytes, tokens: IMAGE_TOKENS }
    : { ...common, mimeType: 'text/plain', bytes: new TextEncoder().encode(content.text), tokens: null };
}

/** What a command asks for is left out where there is nothing of it, such as no problem or no change. */
async function promptItems(
  ids: readonly string[],
  sources: readonly AttachmentSource[],
  question: string,
  signal: AbortSignal,
): Promise<ReadItem[]> {
  const wanted = ids.flatMap((id) => sources.find(({ choice }) => choice.id === id) ?? []);
  const read = wanted.map(async (source): Promise<ReadItem | null> => {
    const { id, icon } = source.choice;
    try {
      const attached = await withoutSecrets(await source.read('', question, signal));
      return { source: id, value: attached.value ?? '', icon, isPinned: false, attached };
    } catch (error) {
      if (isAbort(error)) throw error;
      return null;
    }
  });
  return (await Promise.all(read)).filter((item) => item !== null);
}

/** Lines that stand inside of others that go along as well are sent once. */
function withoutDoubles(items: readonly ReadItem[]): readonly ReadItem[] {
  return items.filter(({ attached: { place }, isPinned }, at) => {
    if (place === null) return true;
    return !items.some(({ attached: { place: other } }, otherAt) => {
      if (other?.folder !== place.folder || other.path !== place.path || otherAt === at) return false;
      if (other.startLine > place.startLine || other.endLine < place.endLine) return false;
      const isSame = other.startLine === place.startLine && other.endLine === place.endLine;
      return !isSame || (isPinned ? false : otherAt < at || items[otherAt]?.isPinned === true);
    });
  });
}

async function keep(pieces: readonly Piece[], tools: QuestionTools, model: ModelRef | null): Promise<QuestionContext> {
  const uncounted = pieces.filter(({ tokens }) => tokens === null);
  const counts = await tools
    .countTokens(uncounted.map(({ bytes }) => new TextDecoder().decode(bytes)))
    .catch(() => uncounted.map(({ bytes }) => Math.ceil(bytes.length / 4)));
  const tokensOf = new Map(uncounted.map((each, at) => [each, counts[at] ?? 0]));
  const sent = await Promise.all(
    pieces.map(async ({ bytes, ...each }, at): Promise<SentContext> => {
      const { sha256 } = await tools.putFile(bytes, each.mimeType);
      const whole = pieces[at];
      return { ...each, sha256, tokens: each.tokens ?? (whole === undefined ? 0 : (tokensOf.get(whole) ?? 0)) };
    }),
  );
  return { sent, attachments: attachmentsOf(sent), ...(model === null ? {} : { model }) };
}

/** The files of what goes along. */
export function attachmentsOf(sent: readonly SentContext[]): Attach[] {
  return sent.map(({ sha256, mimeType, label }) => ({ sha256, mimeType, name: fileName(label) }));
}

function fileName(label: string): string {
  const name = label.slice(0, 200).trim();
  return name === '' ? 'context' : name;
}
