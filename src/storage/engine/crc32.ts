/**
 * CRC-32 as in zlib and PNG (polynomial 0xEDB88320, reflected), unsigned. `previous` continues the
 * checksum of bytes that came before.
 */
export function crc32(bytes: Uint8Array, previous = 0): number {
  let crc = ~previous;
  let index = 0;
  // Eight bytes a step ("slicing by 8"): the log of a store is megabytes.
  for (const end = bytes.length - 7; index < end; index += 8) {
    const low =
      crc ^
      (byte(bytes, index) |
        (byte(bytes, index + 1) << 8) |
        (byte(bytes, index + 2) << 16) |
        (byte(bytes, index + 3) << 24));
    crc =
      entry(7, low & 0xff) ^
      entry(6, (low >>> 8) & 0xff) ^
      entry(5, (low >>> 16) & 0xff) ^
      entry(4, low >>> 24) ^
      entry(3, byte(bytes, index + 4)) ^
      entry(2, byte(bytes, index + 5)) ^
      entry(1, byte(bytes, index + 6)) ^
      entry(0, byte(bytes, index + 7));
  }
  for (; index < bytes.length; index++) crc = (crc >>> 8) ^ entry(0, (crc ^ byte(bytes, index)) & 0xff);
  return ~crc >>> 0;
}

const tables = makeTables();

function makeTables(): Int32Array {
  const made = new Int32Array(8 * 256);
  for (let value = 0; value < 256; value++) {
    let crc = value;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ ((crc & 1) === 1 ? 0xedb88320 : 0);
    made[value] = crc;
  }
  for (let index = 256; index < made.length; index++) {
    const before = made[index - 256] ?? 0;
    made[index] = (before >>> 8) ^ (made[before & 0xff] ?? 0);
  }
  return made;
}

function entry(table: number, value: number): number {
  return tables[table * 256 + value] ?? 0;
}

function byte(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}
