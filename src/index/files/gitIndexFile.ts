/** What a git index file says is tracked. */
export interface GitIndexFile {
  readonly files: readonly string[];
  /** Submodules, and the folders of a sparse index, without a `/` at the end. */
  readonly folders: readonly string[];
  /** Of a split index: the hash in the name of the shared file that holds the rest. */
  readonly sharedHash: string | undefined;
}

/** Bytes of an entry before its hash: times, device, inode, mode, owner, size. */
const STAT_BYTES = 40;
const MODE_AT = 24;
const EXTENDED_FLAG = 0x4000;
const KIND_OF_MODE = 0o170000;
const DIRECTORY = 0o040000;
const SUBMODULE = 0o160000;

/**
 * Reads the paths of a git index (gitformat-index(5), versions 2 to 4). `hashBytes` is 20, or 32 in a
 * repository of SHA-256. Undefined for anything else, and for a file that ends too early.
 */
export function parseGitIndex(bytes: Uint8Array, hashBytes: number): GitIndexFile | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 12 + hashBytes || view.getUint32(0) !== 0x44_49_52_43) return undefined;
  const version = view.getUint32(4);
  const count = view.getUint32(8);
  if (version < 2 || version > 4) return undefined;
  const decoder = new TextDecoder();
  const files: string[] = [];
  const folders: string[] = [];
  let name: Uint8Array = new Uint8Array(0);
  let at = 12;
  for (let entry = 0; entry < count; entry++) {
    const start = at;
    at += STAT_BYTES + hashBytes;
    if (at + 2 > bytes.length) return undefined;
    const kind = view.getUint32(start + MODE_AT) & KIND_OF_MODE;
    at += version > 2 && (view.getUint16(at) & EXTENDED_FLAG) !== 0 ? 4 : 2;
    let kept = 0;
    if (version === 4) {
      const stripped = readOffset(bytes, at);
      kept = name.length - stripped.value;
      at = stripped.end;
    }
    const end = bytes.indexOf(0, at);
    if (end === -1 || kept < 0) return undefined;
    name = kept === 0 ? bytes.subarray(at, end) : joined(name.subarray(0, kept), bytes.subarray(at, end));
    at = version === 4 ? end + 1 : start + ((end - start + 8) & ~7);
    const path = decoder.decode(name);
    if (kind === DIRECTORY || kind === SUBMODULE) folders.push(path.replace(/\/$/, ''));
    // What a split index replaces has no name here, and stands in the shared file.
    else if (path !== '') files.push(path);
  }
  return { files, folders, sharedHash: findSharedHash(view, at, hashBytes) };
}

/** The variable-width number of packs and of version 4: seven bits a byte, and each further byte adds one. */
function readOffset(bytes: Uint8Array, start: number): { value: number; end: number } {
  let at = start;
  let byte = bytes[at++] ?? 0;
  let value = byte & 0x7f;
  while ((byte & 0x80) !== 0) {
    byte = bytes[at++] ?? 0;
    value = (value + 1) * 128 + (byte & 0x7f);
  }
  return { value, end: at };
}

/** Looks through the extensions for `link`, which begins with the hash. */
function findSharedHash(view: DataView, start: number, hashBytes: number): string | undefined {
  for (let at = start; at + 8 <= view.byteLength - hashBytes; at += 8 + view.getUint32(at + 4)) {
    if (view.getUint32(at) !== 0x6c_69_6e_6b || at + 8 + hashBytes > view.byteLength) continue;
    const hash = Array.from({ length: hashBytes }, (_, index) => view.getUint8(at + 8 + index));
    return hash.some((byte) => byte !== 0)
      ? hash.map((byte) => byte.toString(16).padStart(2, '0')).join('')
      : undefined;
  }
  return undefined;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
