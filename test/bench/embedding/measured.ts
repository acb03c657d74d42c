/** What an engine was found to take. Processor time does not count what others do meanwhile. */
export interface Measured {
  readonly loadMs: number;
  readonly chunksPerSecond: number;
  readonly processorMsPerChunk: number;
  readonly queryMs: number;
  readonly memoryMb: number;
}

/** What a peer is given: the same pieces of the same texts. */
export interface PeerWork {
  readonly runtime: 'onnxruntime-node' | 'onnxruntime-web';
  /** Where it is installed. */
  readonly home: string;
  readonly model: string;
  readonly threads: number;
  readonly chunks: readonly (readonly number[])[];
  readonly queries: readonly (readonly number[])[];
}

/** Milliseconds of processor time that this process has used. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
