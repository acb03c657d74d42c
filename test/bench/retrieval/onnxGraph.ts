/** The name of a value in an {@link OnnxGraph}. */
export type Value = string;

type Attribute = number | { readonly float: number } | readonly number[];

/** Numbers of ONNX's types. */
const FLOAT = 1;
const INT64 = 7;
const FLOAT_ATTRIBUTE = 1;
const INT_ATTRIBUTE = 2;
const INTS_ATTRIBUTE = 7;
const IR_VERSION = 8;
const OPERATORS = 17;

/** Writes a model as onnxruntime reads it: the protocol buffers of onnx.proto, field numbers as there. */
export class OnnxGraph {
  readonly #nodes: Buffer[] = [];
  readonly #constants: Buffer[] = [];
  #count = 0;

  floats(shape: readonly number[], values: Float32Array): Value {
    return this.#constant(FLOAT, shape, Buffer.from(values.buffer, values.byteOffset, values.byteLength));
  }

  integers(...values: readonly number[]): Value {
    return this.#constant(INT64, [values.length], Buffer.from(BigInt64Array.from(values, BigInt).buffer));
  }

  /** Applies an operator; `Gelu` is onnxruntime's own. */
  node(operator: string, inputs: readonly Value[], attributes: Readonly<Record<string, Attribute>> = {}): Value {
    const output = this.#name();
    this.#nodes.push(
      bytes(1, [
        ...inputs.map((input) => text(1, input)),
        text(2, output),
        text(4, operator),
        ...Object.entries(attributes).map(([name, value]) => bytes(5, [text(1, name), ...attribute(value)])),
        ...(operator === 'Gelu' ? [text(7, 'com.microsoft')] : []),
      ]),
    );
    return output;
  }

  /** The whole model: from `inputs` of numbers (int64, batch × length) to one of its values (float, batch × width). */
  model(inputs: readonly string[], output: Value, width: number): Buffer {
    const graph = [
      ...this.#nodes,
      text(2, 'graph'),
      ...this.#constants,
      ...inputs.map((name) => declared(11, name, INT64, ['batch', 'length'])),
      declared(12, output, FLOAT, ['batch', width]),
    ];
    const operators = (domain: string, version: number): Buffer => bytes(8, [text(1, domain), integer(2, version)]);
    return Buffer.concat([
      integer(1, IR_VERSION),
      bytes(7, graph),
      operators('', OPERATORS),
      operators('com.microsoft', 1),
    ]);
  }

  #constant(type: number, shape: readonly number[], raw: Buffer): Value {
    const name = this.#name();
    this.#constants.push(
      bytes(5, [...shape.map((size) => integer(1, size)), integer(2, type), text(8, name), bytes(9, [raw])]),
    );
    return name;
  }

  #name(): Value {
    return `v${this.#count++}`;
  }
}

function declared(field: number, name: string, type: number, shape: readonly (string | number)[]): Buffer {
  const sizes = shape.map((size) => bytes(1, [typeof size === 'string' ? text(2, size) : integer(1, size)]));
  return bytes(field, [text(1, name), bytes(2, [bytes(1, [integer(1, type), bytes(2, sizes)])])]);
}

function attribute(value: Attribute): Buffer[] {
  if (typeof value === 'number') return [integer(3, value), integer(20, INT_ATTRIBUTE)];
  if ('float' in value) {
    const float = Buffer.alloc(4);
    float.writeFloatLE(value.float);
    return [Buffer.concat([tag(2, 5), float]), integer(20, FLOAT_ATTRIBUTE)];
  }
  return [...value.map((each) => integer(8, each)), integer(20, INTS_ATTRIBUTE)];
}

function text(field: number, value: string): Buffer {
  return bytes(field, [Buffer.from(value)]);
}

function bytes(field: number, parts: readonly Buffer[]): Buffer {
  const whole = Buffer.concat(parts);
  return Buffer.concat([tag(field, 2), varint(whole.length), whole]);
}

function integer(field: number, value: number): Buffer {
  return Buffer.concat([tag(field, 0), varint(value)]);
}

function tag(field: number, wireType: number): Buffer {
  return varint(field * 8 + wireType);
}

function varint(value: number): Buffer {
  const digits: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) digits.push(Number(rest & 127n) | 128);
  return Buffer.from([...digits, Number(rest)]);
}
