/** What a request to a model's server, or to any other, is for. */
export type RequestPurpose = (typeof requestPurposes)[number];

export const requestPurposes = [
  'chat',
  'title',
  'summary',
  'completion',
  'edit',
  'commit message',
  'review',
  'embedding',
  'rerank',
  'list of models',
  'search for local servers',
  'web page',
  'picture',
  'telemetry',
] as const;

/** The address that the ledger has for models of VS Code's own, which go wherever their extension sends them. */
export const EDITOR_MODELS = 'vscode.lm';

/** What the ledger says of a request besides where it goes and how large it is. */
export interface RequestOrigin {
  /** The registry's name of the provider that is asked, where one is: policies are held to it. */
  readonly provider?: string;
  readonly purpose: RequestPurpose;
  /** The model's name at its provider; null where none is asked. */
  readonly model: string | null;
  /** Paths of the files that something in it was taken from, relative to the workspace. */
  readonly files: readonly string[];
}

/** One outgoing request, as the ledger has it. */
export interface SentRequest extends Omit<RequestOrigin, 'provider'> {
  /** UUIDv7. */
  readonly id: string;
  /** When it was sent, milliseconds since the epoch. */
  readonly at: number;
  /** Without what stands after `?`; {@link EDITOR_MODELS} for a model of VS Code’s. */
  readonly address: string;
  /** Of the body, without headers. */
  readonly bytesOut: number;
  /** Of the answer’s body as far as it came. */
  readonly bytesIn: number;
}

/** Which requests are asked for. */
export interface RequestFilter {
  /** Sent at this time or later, milliseconds since the epoch. */
  readonly since: number;
  /** Only those to one of these. */
  readonly addresses?: readonly string[];
  readonly purpose?: RequestPurpose;
}

/** All requests for one purpose to one address. */
export interface RequestSum {
  readonly address: string;
  readonly purpose: RequestPurpose;
  readonly requests: number;
  readonly bytesOut: number;
  readonly bytesIn: number;
  /** When the last one was sent. */
  readonly lastAt: number;
}

/** What the store answers about the requests that went out. */
export interface EgressRequests {
  /** Writes requests down; for one that is known, how much of its answer has come. */
  'egress.save'(params: { requests: readonly SentRequest[] }): void;
  /** Newest first, at most a thousand; those before `before`, the last of the page above. */
  'egress.list'(params: RequestFilter & { limit: number; before?: { at: number; id: string } }): SentRequest[];
  'egress.sums'(params: { since: number }): RequestSum[];
  /** Forgets those that were sent before, and says how many. */
  'egress.forget'(params: { before: number }): number;
}
