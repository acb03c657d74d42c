import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../base/disposable.ts';
import { t } from '../base/texts.ts';
import {
  type Candidate,
  type ContextSource,
  type Omission,
  countCommon,
  makeCandidate,
  wordsOf,
} from '../completion/context/candidate.ts';
import type { GatheredContext, Gathering } from '../completion/context/gatheredContext.ts';
import { importLines } from '../completion/context/importLines.ts';
import { CompletionDefinitions } from './completionDefinitions.ts';
import { FileTexts, linesOf } from './fileTexts.ts';
import { type IndexAsker, ReadPermission } from './readPermission.ts';
import { RecentPlaces } from './recentPlaces.ts';
import { isSecretUri } from './secretUris.ts';

const REST_MS = 120;
const SIMILAR = 4;
const SIMILAR_ABOVE = 12;
const SIMILAR_BELOW = 4;
/** What the index gives is the nearest there is, which may be far. */
const COMMON_WORDS = 3;
const LONGEST_LINE = 400;
/** Work on the extension host gives way to others after so long. */
const SLICE_MS = 2;

/** Gathers what may help at the cursor whenever it rests, so that no request has to wait for it. */
export class ContextGatherer implements Disposable {
  readonly #context: GatheredContext;
  readonly #sources: () => ReadonlySet<ContextSource>;
  readonly #index: IndexAsker;
  readonly #parts = new DisposableStore();
  readonly #texts = new FileTexts();
  readonly #permission: ReadPermission;
  readonly #definitions: CompletionDefinitions;
  readonly #places: RecentPlaces;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #current = new AbortController();
  /** The document for which is gathered, and whether its cursor has rested again meanwhile. */
  #gathering: string | undefined;
  #isDue = false;

  constructor(context: GatheredContext, sources: () => ReadonlySet<ContextSource>, index: IndexAsker) {
    this.#context = context;
    this.#sources = sources;
    this.#index = index;
    this.#permission = this.#parts.add(new ReadPermission(index));
    this.#places = this.#parts.add(new RecentPlaces(this.#texts, this.#permission));
    const moved = (): void => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => {
        this.#rest();
      }, REST_MS);
    };
    this.#definitions = new CompletionDefinitions(this.#texts, this.#permission, moved);
    this.#parts.add(vscode.window.onDidChangeActiveTextEditor(moved));
    this.#parts.add(vscode.window.onDidChangeTextEditorSelection(moved));
    this.#parts.add(
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document === vscode.window.activeTextEditor?.document) moved();
      }),
    );
    this.#parts.add(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        context.forget(uri.toString());
      }),
    );
    this.#parts.add(
      this.#permission.onDidChange(() => {
        this.#current.abort();
        this.#gathering = undefined;
        context.clear();
        this.#definitions.clear();
        moved();
      }),
    );
    moved();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#current.abort();
    this.#parts.dispose();
  }

  /** One gathering at a time: whoever types on and on still gets what the one that runs finds. */
  #rest(): void {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined || isSecretUri(editor.document.uri)) return;
    const uri = editor.document.uri.toString();
    if (this.#gathering === uri) {
      this.#isDue = true;
      return;
    }
    this.#current.abort();
    const { signal } = (this.#current = new AbortController());
    this.#gathering = uri;
    this.#isDue = false;
    void this.#gather(editor.document, editor.selection.active, signal).then(() => {
      if (this.#current.signal !== signal) return;
      this.#gathering = undefined;
      if (this.#isDue) this.#rest();
    });
  }

  async #gather(document: vscode.TextDocument, cursor: vscode.Position, signal: AbortSignal): Promise<void> {
    const uri = document.uri.toString();
    const sources = this.#sources();
    const breathe = breathing();
    const gatherers: Readonly<Record<ContextSource, () => Promise<Gathering>>> = {
      imports: () => Promise.resolve(gatherImports(document)),
      edited: () => this.#places.gather('edited', breathe),
      viewed: () => this.#places.gather('viewed', breathe),
      clipboard: gatherClipboard,
      similar: () => this.#gatherSimilar(document, cursor, signal),
      definition: () => this.#definitions.gather(document, cursor, signal),
    };
    const work = Object.entries(gatherers) as [ContextSource, () => Promise<Gathering>][];
    // What fails gives nothing this time; the request goes out without it.
    await Promise.allSettled(
      work.map(async ([source, gather]) => {
        if (!sources.has(source)) return;
        const gathering = await gather();
        if (!signal.aborted) this.#context.put(uri, source, gathering);
      }),
    );
  }

  async #gatherSimilar(
    document: vscode.TextDocument,
    cursor: vscode.Position,
    signal: AbortSignal,
  ): Promise<Gathering> {
    const none: Gathering = { candidates: [], omissions: [] };
    if (document.uri.scheme !== 'file') return none;
    const lines = linesOf(document);
    const first = Math.max(0, cursor.line - SIMILAR_ABOVE);
    const last = Math.min(lines.count - 1, cursor.line + SIMILAR_BELOW);
    const near = Array.from({ length: last - first + 1 }, (_, at) => lines.at(first + at));
    const text = near.filter((line) => line.length <= LONGEST_LINE).join('\n');
    if (text.trim() === '') return none;
    const place = { path: document.uri.fsPath, startLine: first + 1, endLine: last + 1, text, limit: SIMILAR };
    const hits = await this.#index.ask('similar', place, signal);
    const words = wordsOf(text);
    const candidates: Candidate[] = [];
    const omissions: Omission[] = [];
    for (const hit of hits) {
      const uri = vscode.Uri.joinPath(vscode.Uri.file(hit.folder), hit.path);
      const path = vscode.workspace.asRelativePath(uri);
      const refusal = await this.#permission.refusal(uri);
      const candidate = makeCandidate('similar', { path, startLine: hit.startLine }, hit.text);
      const isLike = candidate !== null && countCommon(words, candidate.words) >= COMMON_WORDS;
      if (refusal !== null) omissions.push({ source: 'similar', path, reason: refusal });
      else if (isLike) candidates.push(candidate);
      else omissions.push({ source: 'similar', path, reason: t('too little in common') });
    }
    return { candidates, omissions };
  }
}

function gatherImports(document: vscode.TextDocument): Gathering {
  const cut = importLines(linesOf(document));
  const path = vscode.workspace.asRelativePath(document.uri);
  const candidate = cut === null ? null : makeCandidate('imports', { path, startLine: cut.start + 1 }, cut.text);
  return { candidates: candidate === null ? [] : [candidate], omissions: [] };
}

async function gatherClipboard(): Promise<Gathering> {
  const text = await vscode.env.clipboard.readText();
  const candidate = makeCandidate('clipboard', { path: 'clipboard', startLine: null }, text);
  return { candidates: candidate === null ? [] : [candidate], omissions: [] };
}

/** Gives way when a slice of time is used up. */
function breathing(): () => Promise<void> {
  let startMs = performance.now();
  return async () => {
    if (performance.now() - startMs < SLICE_MS) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    startMs = performance.now();
  };
}
