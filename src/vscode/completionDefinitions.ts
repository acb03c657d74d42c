import * as vscode from 'vscode';
import { Turns } from '../base/turns.ts';
import { systemClock } from '../completion/clock.ts';
import { type Candidate, type Omission, makeCandidate } from '../completion/context/candidate.ts';
import { cutDefinition } from '../completion/context/cutSnippet.ts';
import type { Gathering } from '../completion/context/gatheredContext.ts';
import { type NearbySymbol, nearbySymbols } from '../completion/context/nearbySymbols.ts';
import { ServerPatience } from '../completion/context/serverPatience.ts';
import { type FileTexts, linesOf } from './fileTexts.ts';
import type { ReadPermission } from './readPermission.ts';

const SYMBOLS = 12;
/** Of those that are not known yet, so many are looked up each time that the cursor rests. */
const LOOKUPS = 6;
const LOOKUP_TIMEOUT_MS = 500;
const SNIPPET_LINES = 30;
const DOCUMENTS = 10;

type Found = { readonly candidate: Candidate } | { readonly omission: Omission } | null;

interface Known {
  /** Of the document when it was looked up. */
  readonly version: number;
  readonly found: Found;
}

/**
 * Finds through the language server what the names around a cursor mean, and remembers it. One question at a time, for
 * VS Code cannot take any back: a server that is busy with a large file is not given more to do.
 */
export class CompletionDefinitions {
  readonly #texts: FileTexts;
  readonly #permission: Pick<ReadPermission, 'refusal'>;
  readonly #onLateAnswer: () => void;
  /** By document, then by name. */
  readonly #known = new Map<string, Map<string, Known>>();
  readonly #turns = new Turns();
  readonly #patience = new ServerPatience(systemClock);

  /** `onLateAnswer` is called when an answer comes that was not waited for any longer. */
  constructor(texts: FileTexts, permission: Pick<ReadPermission, 'refusal'>, onLateAnswer: () => void) {
    this.#onLateAnswer = onLateAnswer;
    this.#texts = texts;
    this.#permission = permission;
  }

  /** Definitions of the names around the cursor, the nearest first. A slow server gives fewer. */
  gather(document: vscode.TextDocument, cursor: vscode.Position, signal: AbortSignal): Promise<Gathering> {
    return this.#turns.run(() => this.#gather(document, cursor, signal));
  }

  async #gather(document: vscode.TextDocument, cursor: vscode.Position, signal: AbortSignal): Promise<Gathering> {
    const server = document.languageId;
    const known = this.#knownIn(document.uri.toString());
    const found: Found[] = [];
    let lookups = 0;
    for (const symbol of nearbySymbols(linesOf(document), cursor, SYMBOLS)) {
      const key = symbol.isReceiver ? `${symbol.name}.` : symbol.name;
      const before = known.get(key);
      const { version } = document;
      // What an edit has made old still serves while there are names of which nothing is known.
      const isAsked = before?.version !== version && lookups < LOOKUPS && !signal.aborted;
      if (isAsked && this.#patience.mayAsk(server)) {
        lookups++;
        const askedAtMs = systemClock.nowMs();
        const answer = this.#lookUp(document.uri, symbol)
          .then((looked) => known.set(key, { version, found: looked }))
          .catch(() => undefined);
        if (await settlesInTime(answer)) this.#patience.answeredInTime(server);
        else {
          const hasAnswered = this.#patience.isLate(server, askedAtMs);
          void answer.then(() => {
            hasAnswered();
            this.#onLateAnswer();
          });
        }
      }
      found.push(known.get(key)?.found ?? null);
    }
    return {
      candidates: found.flatMap((each) => (each !== null && 'candidate' in each ? [each.candidate] : [])),
      omissions: found.flatMap((each) => (each !== null && 'omission' in each ? [each.omission] : [])),
    };
  }

  /** Rules or files have changed. */
  clear(): void {
    this.#known.clear();
  }

  #knownIn(uri: string): Map<string, Known> {
    const known = this.#known.get(uri) ?? new Map<string, Known>();
    this.#known.delete(uri);
    this.#known.set(uri, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > DOCUMENTS && oldest !== undefined) this.#known.delete(oldest);
    return known;
  }

  async #lookUp(uri: vscode.Uri, { name, line, character, isReceiver }: NearbySymbol): Promise<Found> {
    const position = new vscode.Position(line, character);
    const type = isReceiver ? await ask('vscode.executeTypeDefinitionProvider', uri, position) : [];
    const places = type.length > 0 ? type : await ask('vscode.executeDefinitionProvider', uri, position);
    const [place] = places;
    if (place === undefined) return null;
    const { uri: target, range } = 'targetUri' in place ? { uri: place.targetUri, range: place.targetRange } : place;
    const path = vscode.workspace.asRelativePath(target);
    const refusal = target.toString() === uri.toString() ? null : await this.#permission.refusal(target);
    if (refusal !== null) return { omission: { source: 'definition', path: `${path} (${name})`, reason: refusal } };
    const lines = await this.#texts.read(target);
    if (lines === null) return null;
    const end = range.end.line > range.start.line ? range.end.line : null;
    const cut = cutDefinition(lines, range.start.line, end, SNIPPET_LINES);
    const candidate = makeCandidate('definition', { path, startLine: cut.start + 1 }, cut.text);
    return candidate === null ? null : { candidate };
  }
}

type Place = vscode.Location | vscode.LocationLink;

/** A server that fails has no definition. */
async function ask(command: string, uri: vscode.Uri, position: vscode.Position): Promise<Place[]> {
  const asked = vscode.commands.executeCommand<Place[] | undefined>(command, uri, position);
  return (await Promise.resolve(asked).catch(() => undefined)) ?? [];
}

async function settlesInTime(work: Promise<unknown>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const overdue = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, LOOKUP_TIMEOUT_MS, false);
  });
  try {
    return await Promise.race([work.then(() => true), overdue]);
  } finally {
    clearTimeout(timer);
  }
}
