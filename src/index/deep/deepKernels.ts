import { type WasmMemory, webAssembly } from '../webAssembly.ts';
import { plain, relaxed } from './kernels.ts';

/** What `kernels.as` exports, and documents. All numbers but counts and sizes are addresses in bytes. */
export interface DeepKernels {
  readonly memory: WasmMemory;
  pack(rows: number, outputs: number, inputs: number, packed: number, sums: number): void;
  embed(
    ids: number,
    count: number,
    width: number,
    words: number,
    wordScales: number,
    places: number,
    placeScales: number,
    out: number,
  ): void;
  normalise(rows: number, added: number, count: number, width: number, gain: number, bias: number): void;
  quantise(rows: number, count: number, width: number, quantised: number, scales: number, zeros: number): void;
  multiply(
    quantised: number,
    scales: number,
    zeros: number,
    count: number,
    packed: number,
    matrixScales: number,
    sums: number,
    biases: number,
    inputs: number,
    outputs: number,
    out: number,
    bend: 0 | 1,
  ): void;
  attend(heads: number, count: number, width: number, headCount: number, out: number, scratch: number): void;
  pool(rows: number, count: number, width: number, out: number): void;
}

/** How `multiply` takes products: without relaxed SIMD, by its product of four numbers, or by its halves of two. */
export type DotProduct = 'plain' | 'relaxed' | 'halves';

interface Assembled extends DeepKernels {
  readonly multiplyInHalves: DeepKernels['multiply'];
  isBetterInHalves(): 0 | 1;
}

/** The kernels over a memory of their own; without `dotProduct` the fastest of the machine's. All compute the same. */
export function createDeepKernels(dotProduct?: DotProduct): DeepKernels {
  const isPlain = dotProduct === undefined ? !hasRelaxedSimd() : dotProduct === 'plain';
  const { exports } = new webAssembly.Instance(new webAssembly.Module(bytesOf(isPlain ? plain : relaxed)));
  const kernels = exports as unknown as Assembled;
  const inHalves = dotProduct === undefined ? kernels.isBetterInHalves() === 1 : dotProduct === 'halves';
  return inHalves ? { ...kernels, multiply: kernels.multiplyInHalves } : kernels;
}

export function hasRelaxedSimd(): boolean {
  return webAssembly.validate(bytesOf(relaxed));
}

function bytesOf(assembled: string): Uint8Array {
  return Uint8Array.from(atob(assembled), (letter) => letter.charCodeAt(0));
}
