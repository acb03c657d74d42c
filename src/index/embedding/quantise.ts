/** Turns a vector into bytes: each number in 127ths of the largest. The direction is what is kept. */
export function quantise(vector: Float32Array | Int8Array, into: Int8Array): void {
  let largest = 0;
  for (const value of vector) largest = Math.max(largest, Math.abs(value));
  const scale = largest > 0 ? 127 / largest : 0;
  for (let i = 0; i < vector.length; i++) into[i] = Math.round((vector[i] ?? 0) * scale);
}

/** The unit vector of the same direction; zero stays zero. */
export function unitVector(bytes: Int8Array): Float32Array {
  const scale = inverseLength(bytes);
  return Float32Array.from(bytes, (value) => value * scale);
}

/** One divided by the vector's length; 0 for the zero vector. */
export function inverseLength(bytes: Int8Array): number {
  let squares = 0;
  for (const value of bytes) squares += value * value;
  return squares > 0 ? 1 / Math.sqrt(squares) : 0;
}
