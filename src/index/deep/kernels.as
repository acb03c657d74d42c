// The arithmetic of the deep model, in AssemblyScript: `npm run kernels` assembles it into kernels.ts, twice, with and
// without relaxed SIMD. All parameters named like places are addresses in bytes.
//
// Matrices are int8, what they are multiplied with is quantised for each row to 0 … 127: for such numbers the relaxed
// products have one result on every machine, and the sum of two of them fits 16 bits. All else is arithmetic that
// WebAssembly defines to the bit. So both variants give the same vectors, everywhere.

/** A tile of the product: so many rows (tokens) by so many columns (outputs) are summed up in registers at once. */
const ROWS: i32 = 4;
const COLUMNS: i32 = 8;
/** Numbers of a row that one step takes, in 4 bytes. */
const STEP: i32 = ASC_FEATURE_RELAXED_SIMD ? 4 : 2;
/** The largest quantised number. */
const LARGEST: i16 = 127;

/** Puts int8 rows of a matrix into the order in which `multiply` reads them, and writes what each row adds up to. */
export function pack(rows: usize, outputs: i32, inputs: i32, packed: usize, sums: usize): void {
  for (let output = 0; output < outputs; output++) {
    let to = packed + (output / COLUMNS) * COLUMNS * inputs + (output % COLUMNS) * STEP;
    let sum = 0;
    for (let input = 0; input < inputs; input += STEP) {
      for (let i = 0; i < STEP; i++) {
        const value = <i32>load<i8>(rows++);
        sum += value;
        store<i8>(to + i, value);
      }
      to += COLUMNS * STEP;
    }
    store<i32>(sums + output * 4, sum);
  }
}

/** For each token its row of the vocabulary's table and that of its place, added up. */
export function embed(
  ids: usize, count: i32, width: i32, words: usize, wordScales: usize, places: usize, placeScales: usize, out: usize,
): void {
  for (let token = 0; token < count; token++) {
    const id = load<i32>(ids + token * 4);
    const wordScale = v128.load_splat<f32>(wordScales + id * 4);
    const placeScale = v128.load_splat<f32>(placeScales + token * 4);
    const word = words + id * width;
    const place = places + token * width;
    for (let i = 0; i < width; i += 4) {
      v128.store(out, f32x4.add(f32x4.mul(load4(word + i), wordScale), f32x4.mul(load4(place + i), placeScale)));
      out += 16;
    }
  }
}

/** Four int8 as float32. */
@inline
function load4(at: usize): v128 {
  return f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(i16x8.extend_low_i8x16_s(v128.load32_zero(at))));
}

/** Adds `added` to each row, unless it is 0, and normalises the row: mean 0, variance 1, then gain and bias. */
export function normalise(rows: usize, added: usize, count: i32, width: i32, gain: usize, bias: usize): void {
  const bytes = width * 4;
  const share = f32x4.splat(<f32>1 / <f32>width);
  for (const end = rows + count * bytes; rows < end; rows += bytes) {
    let sum = f32x4.splat(0);
    for (let i = 0; i < bytes; i += 16) {
      let value = v128.load(rows + i);
      if (added != 0) {
        value = f32x4.add(value, v128.load(added + i));
        v128.store(rows + i, value);
      }
      sum = f32x4.add(sum, value);
    }
    if (added != 0) added += bytes;
    const mean = f32x4.mul(sumOfLanes(sum), share);
    let squares = f32x4.splat(0);
    for (let i = 0; i < bytes; i += 16) {
      const value = f32x4.sub(v128.load(rows + i), mean);
      squares = f32x4.add(squares, f32x4.mul(value, value));
    }
    const variance = f32x4.add(f32x4.mul(sumOfLanes(squares), share), f32x4.splat(1e-12));
    const scale = f32x4.div(f32x4.splat(1), f32x4.sqrt(variance));
    for (let i = 0; i < bytes; i += 16) {
      const value = f32x4.mul(f32x4.sub(v128.load(rows + i), mean), scale);
      v128.store(rows + i, f32x4.add(f32x4.mul(value, v128.load(gain + i)), v128.load(bias + i)));
    }
  }
}

/** The sum of all lanes, in each lane. */
@inline
function sumOfLanes(value: v128): v128 {
  const halves = f32x4.add(value, i32x4.shuffle(value, value, 2, 3, 0, 1));
  return f32x4.add(halves, i32x4.shuffle(halves, halves, 1, 0, 3, 2));
}

@inline
function largestLane(value: v128): v128 {
  const halves = f32x4.pmax(value, i32x4.shuffle(value, value, 2, 3, 0, 1));
  return f32x4.pmax(halves, i32x4.shuffle(halves, halves, 1, 0, 3, 2));
}

/** Numbers between -2^22 and 2^22 as integers: added to 3 × 2^22, they are the last bits of the sum. */
@inline
function rounded(x: v128): v128 {
  return i32x4.sub(f32x4.add(x, f32x4.splat(12582912)), i32x4.splat(0x4b400000));
}

/**
 * Quantises float32 rows: value = scale × (number - zero), numbers from 0 to 127. They are written tile by tile, step by
 * step, the rows of a tile beside each other: as `multiply` reads them.
 */
export function quantise(rows: usize, count: i32, width: i32, quantised: usize, scales: usize, zeros: usize): void {
  const tileBytes = (width / STEP) * ROWS * 4;
  for (let row = 0; row < count; row++) {
    let high = f32x4.splat(0);
    let low = f32x4.splat(0);
    for (let i = 0; i < width; i += 4) {
      const value = v128.load(rows + i * 4);
      high = f32x4.pmax(high, value);
      low = f32x4.pmax(low, f32x4.neg(value));
    }
    const lowest = f32x4.extract_lane(largestLane(low), 0);
    const scale = (f32x4.extract_lane(largestLane(high), 0) + lowest) / <f32>LARGEST;
    const inverse: f32 = scale > 0 ? 1 / scale : 0;
    const zero = <i32>nearest<f32>(lowest * inverse);
    store<f32>(scales + row * 4, scale);
    store<i32>(zeros + row * 4, zero);
    let to = quantised + (row / ROWS) * tileBytes + (row % ROWS) * 4;
    for (let i = 0; i < width; i += 4) {
      const numbers = i32x4.add(rounded(f32x4.mul(v128.load(rows), f32x4.splat(inverse))), i32x4.splat(zero));
      // Both ends may be rounded up.
      const shorts = i16x8.min_s(i16x8.narrow_i32x4_s(numbers, numbers), i16x8.splat(LARGEST));
      if (STEP == 4) {
        v128.store32_lane(to, i8x16.narrow_i16x8_s(shorts, shorts), 0);
        to += ROWS * 4;
      } else {
        v128.store32_lane(to, shorts, 0);
        v128.store32_lane(to + ROWS * 4, shorts, 1);
        to += ROWS * 8;
      }
      rows += 16;
    }
  }
}

/**
 * Multiplies quantised rows with a packed matrix, adds its biases and writes float32 rows; with `bend`, of each number
 * its GELU. Whole tiles are written: behind the last row there is room for `ROWS` - 1 more.
 */
export function multiply(
  quantised: usize, scales: usize, zeros: usize, count: i32,
  packed: usize, matrixScales: usize, sums: usize, biases: usize,
  inputs: i32, outputs: i32, out: usize, bend: bool,
): void {
  multiplyBy(quantised, scales, zeros, count, packed, matrixScales, sums, biases, inputs, outputs, out, bend, false);
}

/**
 * The same, faster where an engine has no instruction for the whole relaxed product and takes five (x86 without AVX-VNNI):
 * it takes two for its halves.
 */
export function multiplyInHalves(
  quantised: usize, scales: usize, zeros: usize, count: i32,
  packed: usize, matrixScales: usize, sums: usize, biases: usize,
  inputs: i32, outputs: i32, out: usize, bend: bool,
): void {
  multiplyBy(quantised, scales, zeros, count, packed, matrixScales, sums, biases, inputs, outputs, out, bend, true);
}

/**
 * True on such a machine. It is known by what it makes of numbers that are too large: its sums of two products end at 32767.
 */
export function isBetterInHalves(): bool {
  if (!ASC_FEATURE_RELAXED_SIMD) return false;
  return i32x4.extract_lane(dot(i8x16.splat(127), i8x16.splat(-1), i32x4.splat(0), false), 0) == 2 * 32767;
}

@inline
function multiplyBy(
  quantised: usize, scales: usize, zeros: usize, count: i32,
  packed: usize, matrixScales: usize, sums: usize, biases: usize,
  inputs: i32, outputs: i32, out: usize, bend: bool, inHalves: bool,
): void {
  const steps = inputs / STEP;
  const rowBytes = outputs * 4;
  for (let output = 0; output < outputs; output += COLUMNS) {
    const panel = packed + output * inputs;
    const at = output * 4;
    const scale0 = v128.load(matrixScales + at);
    const scale1 = v128.load(matrixScales + at, 16);
    const sum0 = v128.load(sums + at);
    const sum1 = v128.load(sums + at, 16);
    const bias0 = v128.load(biases + at);
    const bias1 = v128.load(biases + at, 16);
    let rows = quantised;
    let to = out + at;
    for (let row = 0; row < count; row += ROWS) {
      let a0 = i32x4.splat(0), b0 = i32x4.splat(0);
      let a1 = i32x4.splat(0), b1 = i32x4.splat(0);
      let a2 = i32x4.splat(0), b2 = i32x4.splat(0);
      let a3 = i32x4.splat(0), b3 = i32x4.splat(0);
      let weights = panel;
      for (const end = rows + steps * ROWS * 4; rows < end; rows += ROWS * 4) {
        const left = STEP == 4 ? v128.load(weights) : v128.load_ext<i8>(weights);
        const right = STEP == 4 ? v128.load(weights, 16) : v128.load_ext<i8>(weights, 8);
        let value = v128.load_splat<i32>(rows);
        a0 = dot(left, value, a0, inHalves);
        b0 = dot(right, value, b0, inHalves);
        value = v128.load_splat<i32>(rows, 4);
        a1 = dot(left, value, a1, inHalves);
        b1 = dot(right, value, b1, inHalves);
        value = v128.load_splat<i32>(rows, 8);
        a2 = dot(left, value, a2, inHalves);
        b2 = dot(right, value, b2, inHalves);
        value = v128.load_splat<i32>(rows, 12);
        a3 = dot(left, value, a3, inHalves);
        b3 = dot(right, value, b3, inHalves);
        weights += COLUMNS * STEP;
      }
      const rowScales = scales + row * 4;
      const rowZeros = zeros + row * 4;
      finish(to, a0, rowScales, rowZeros, scale0, sum0, bias0, bend);
      finish(to + 16, b0, rowScales, rowZeros, scale1, sum1, bias1, bend);
      to += rowBytes;
      finish(to, a1, rowScales + 4, rowZeros + 4, scale0, sum0, bias0, bend);
      finish(to + 16, b1, rowScales + 4, rowZeros + 4, scale1, sum1, bias1, bend);
      to += rowBytes;
      finish(to, a2, rowScales + 8, rowZeros + 8, scale0, sum0, bias0, bend);
      finish(to + 16, b2, rowScales + 8, rowZeros + 8, scale1, sum1, bias1, bend);
      to += rowBytes;
      finish(to, a3, rowScales + 12, rowZeros + 12, scale0, sum0, bias0, bend);
      finish(to + 16, b3, rowScales + 12, rowZeros + 12, scale1, sum1, bias1, bend);
      to += rowBytes;
    }
  }
}

/** Four outputs' products with one step of a row, added to `sum`. */
@inline
function dot(weights: v128, values: v128, sum: v128, inHalves: bool): v128 {
  if (!ASC_FEATURE_RELAXED_SIMD) return i32x4.add(sum, i32x4.dot_i16x8_s(weights, values));
  if (!inHalves) return i32x4.relaxed_dot_i8x16_i7x16_add_s(weights, values, sum);
  return i32x4.add(sum, i32x4.extadd_pairwise_i16x8_s(i16x8.relaxed_dot_i8x16_i7x16_s(weights, values)));
}

@inline
function finish(
  to: usize, dots: v128, rowScale: usize, rowZero: usize, scale: v128, sum: v128, bias: v128, bend: bool,
): void {
  const exact = f32x4.convert_i32x4_s(i32x4.sub(dots, i32x4.mul(sum, v128.load_splat<i32>(rowZero))));
  const value = f32x4.add(f32x4.mul(exact, f32x4.mul(scale, v128.load_splat<f32>(rowScale))), bias);
  v128.store(to, bend ? gelu(value) : value);
}

/** x × Φ(x), of which Φ(x) - ½ is an odd polynomial between -4 and 4; exact to 0.0005. */
function gelu(x: v128): v128 {
  const near = f32x4.pmax(f32x4.pmin(x, f32x4.splat(4)), f32x4.splat(-4));
  const square = f32x4.mul(near, near);
  let sum = f32x4.splat(2.8160551503571254e-8);
  sum = f32x4.add(f32x4.mul(sum, square), f32x4.splat(-0.0000018918665374829453));
  sum = f32x4.add(f32x4.mul(sum, square), f32x4.splat(0.00005418994677142683));
  sum = f32x4.add(f32x4.mul(sum, square), f32x4.splat(-0.0008789766957409862));
  sum = f32x4.add(f32x4.mul(sum, square), f32x4.splat(0.009112932266024339));
  sum = f32x4.add(f32x4.mul(sum, square), f32x4.splat(-0.0653883182300454));
  sum = f32x4.add(f32x4.mul(sum, square), f32x4.splat(0.3985268919854067));
  return f32x4.mul(x, f32x4.add(f32x4.mul(near, sum), f32x4.splat(0.5)));
}

/**
 * Attention within one sequence. `heads` hold query (scaled), key and value of each token beside each other, each of
 * `width` numbers; `out` gets what each token sees. `scratch` has room for (2 × headSize + 4) × (count rounded up
 * to 8) numbers. Four queries at a time: behind the last token of `heads` and `out` there is room for three more.
 */
export function attend(heads: usize, count: i32, width: i32, headCount: i32, out: usize, scratch: usize): void {
  const headSize = width / headCount;
  const bytes = width * 12;
  const padded = (count + 7) & ~7;
  const paddedBytes = padded * 4;
  const values = scratch + headSize * paddedBytes;
  const scores = values + headSize * paddedBytes;
  for (let head = 0; head < headCount; head++) {
    const query = heads + head * headSize * 4;
    for (let token = 0; token < count; token++) {
      const from = query + width * 4 + token * bytes;
      const column = scratch + ((token >> 3) * headSize * COLUMNS + (token & 7)) * 4;
      for (let i = 0; i < headSize; i++) store<f32>(column + i * COLUMNS * 4, load<f32>(from + i * 4));
      const row = values + token * COLUMNS * 4;
      for (let i = 0; i < headSize; i += COLUMNS) {
        const value = from + (width + i) * 4;
        v128.store(row + i * count * 4, v128.load(value));
        v128.store(row + i * count * 4, v128.load(value, 16), 16);
      }
    }
    for (let token = 0; token < count; token += 4) {
      multiplyFour(query + token * bytes, bytes, headSize, scratch, scores, paddedBytes, padded);
      for (let row = 0; row < 4; row++) softmax(scores + row * paddedBytes, count);
      const to = out + (token * width + head * headSize) * 4;
      multiplyFour(scores, paddedBytes, count, values, to, width * 4, headSize);
    }
  }
}

/**
 * Four rows of `inner` numbers times a matrix of `inner` rows and `columns`, all float32. The matrix stands there in
 * strips of 8 columns, so that it is read from its beginning to its end.
 */
function multiplyFour(
  rows: usize, rowBytes: i32, inner: i32, matrix: usize, out: usize, outBytes: i32, columns: i32,
): void {
  for (const end = out + columns * 4; out < end; out += COLUMNS * 4) {
    let a0 = f32x4.splat(0), b0 = f32x4.splat(0);
    let a1 = f32x4.splat(0), b1 = f32x4.splat(0);
    let a2 = f32x4.splat(0), b2 = f32x4.splat(0);
    let a3 = f32x4.splat(0), b3 = f32x4.splat(0);
    let row0 = rows;
    let row2 = rows + 2 * rowBytes;
    for (const end = rows + inner * 4; row0 < end; row0 += 4) {
      const left = v128.load(matrix);
      const right = v128.load(matrix, 16);
      let factor = v128.load_splat<f32>(row0);
      a0 = f32x4.add(a0, f32x4.mul(factor, left));
      b0 = f32x4.add(b0, f32x4.mul(factor, right));
      factor = v128.load_splat<f32>(row0 + rowBytes);
      a1 = f32x4.add(a1, f32x4.mul(factor, left));
      b1 = f32x4.add(b1, f32x4.mul(factor, right));
      factor = v128.load_splat<f32>(row2);
      a2 = f32x4.add(a2, f32x4.mul(factor, left));
      b2 = f32x4.add(b2, f32x4.mul(factor, right));
      factor = v128.load_splat<f32>(row2 + rowBytes);
      a3 = f32x4.add(a3, f32x4.mul(factor, left));
      b3 = f32x4.add(b3, f32x4.mul(factor, right));
      row2 += 4;
      matrix += COLUMNS * 4;
    }
    let to = out;
    v128.store(to, a0);
    v128.store(to, b0, 16);
    to += outBytes;
    v128.store(to, a1);
    v128.store(to, b1, 16);
    to += outBytes;
    v128.store(to, a2);
    v128.store(to, b2, 16);
    to += outBytes;
    v128.store(to, a3);
    v128.store(to, b3, 16);
  }
}

/** In place; what stands behind `count` numbers, up to a multiple of 4, is overwritten. */
function softmax(row: usize, count: i32): void {
  const end = row + count * 4;
  let largest = v128.load_splat<f32>(row);
  let at = row;
  for (; at + 16 <= end; at += 16) largest = f32x4.pmax(largest, v128.load(at));
  for (; at < end; at += 4) largest = f32x4.pmax(largest, v128.load_splat<f32>(at));
  largest = largestLane(largest);
  let sums = f32x4.splat(0);
  for (at = row; at + 16 <= end; at += 16) {
    const value = exponential(f32x4.sub(v128.load(at), largest));
    sums = f32x4.add(sums, value);
    v128.store(at, value);
  }
  let sum = f32x4.extract_lane(sumOfLanes(sums), 0);
  if (at < end) {
    v128.store(at, exponential(f32x4.sub(v128.load(at), largest)));
    for (let last = at; last < end; last += 4) sum += load<f32>(last);
  }
  const share = f32x4.splat(<f32>1 / sum);
  for (at = row; at < end; at += 16) v128.store(at, f32x4.mul(v128.load(at), share));
}

/** e to the power of numbers that are not above 0: 2 to the power of a whole number times a polynomial of the rest. */
@inline
function exponential(x: v128): v128 {
  const power = f32x4.mul(f32x4.pmax(x, f32x4.splat(-87)), f32x4.splat(1.4426950408889634));
  const whole = rounded(power);
  const rest = f32x4.sub(power, f32x4.convert_i32x4_s(whole));
  let sum = f32x4.splat(0.001341000523335771);
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(0.009676036357375795));
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(0.05550297298106926));
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(0.240221073743435));
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(0.6931472254085161));
  sum = f32x4.add(f32x4.mul(sum, rest), f32x4.splat(1.0000000754895628));
  const exponent = i32x4.shl(i32x4.add(whole, i32x4.splat(127)), 23);
  return f32x4.mul(sum, exponent);
}

/** The mean of the rows, with length 1. */
export function pool(rows: usize, count: i32, width: i32, out: usize): void {
  const bytes = width * 4;
  let squares = f32x4.splat(0);
  for (let i = 0; i < bytes; i += 16) {
    let sum = f32x4.splat(0);
    for (let row = 0; row < count; row++) sum = f32x4.add(sum, v128.load(rows + row * bytes + i));
    v128.store(out + i, sum);
    squares = f32x4.add(squares, f32x4.mul(sum, sum));
  }
  const length = f32x4.pmax(f32x4.sqrt(sumOfLanes(squares)), f32x4.splat(1e-20));
  for (let i = 0; i < bytes; i += 16) v128.store(out + i, f32x4.div(v128.load(out + i), length));
}
