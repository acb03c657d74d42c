import { readFileSync } from 'node:fs';

/** The tensors of a safetensors file of half-precision numbers: uint64 length of a JSON header, the header, the tensors. */
export function readSafetensors(file: string): Map<string, Float32Array> {
  const bytes = readFileSync(file);
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, start)) as Record<string, { data_offsets?: [number, number] }>;
  const values = Float32Array.from({ length: 2 ** 16 }, (_, half) => fromHalf(half));
  const tensors = new Map<string, Float32Array>();
  for (const [name, { data_offsets: [from, to] = [0, 0] }] of Object.entries(header)) {
    const valueAt = (_: unknown, at: number): number => values[bytes.readUInt16LE(start + from + at * 2)] ?? 0;
    tensors.set(name, Float32Array.from({ length: (to - from) / 2 }, valueAt));
  }
  return tensors;
}

/** IEEE 754 binary16. */
function fromHalf(half: number): number {
  const sign = half >= 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
