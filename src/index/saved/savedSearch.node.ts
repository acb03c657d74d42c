import type { IndexState } from '../../storage/indexRepository.ts';
import type { IndexedFile, PackedCatalogue } from '../search/catalogue.ts';
import type { SkipReason } from '../files/fileKinds.ts';
import type { PackedKeywordIndex } from '../keywords/keywordIndex.ts';
import { SearchIndex } from '../search/searchIndex.ts';
import { type BytesInPieces, readSections, writeSections } from './sectionFile.node.ts';

/** A file that was left out for what is in it: as long as it is the same it need not be read again. */
export interface SkippedFile {
  readonly path: string;
  readonly reason: SkipReason;
  readonly sizeBytes: number;
  /** Microseconds since the epoch. */
  readonly modifiedUs: number;
}

/** Changes whenever files written before cannot be read any more. */
const FORMAT = 6;

interface Header extends IndexState {
  readonly format: number;
  readonly dimensions: number;
  readonly skipped: readonly SkippedFile[];
  readonly files: readonly { readonly file: IndexedFile; readonly slots: readonly number[] }[];
  readonly kinds: readonly string[];
}

/** Saves the search index, so that opening it needs no rework. It must not change meanwhile. */
export async function saveSearchIndex(
  file: string,
  index: SearchIndex,
  state: IndexState,
  skipped: readonly SkippedFile[],
): Promise<void> {
  index.compact();
  const catalogue = index.catalogue.pack();
  const header: Header = {
    format: FORMAT,
    indexId: state.indexId,
    revision: state.revision,
    dimensions: index.vectors.dimensions,
    skipped,
    files: catalogue.files.map(({ file, slots }) => ({ file, slots })),
    kinds: catalogue.kindNames,
  };
  await writeSections(file, { header, sections: sectionsOf(index, catalogue) });
}

function* sectionsOf(
  index: SearchIndex,
  catalogue: PackedCatalogue,
): Generator<readonly [string, Uint8Array | BytesInPieces]> {
  yield ['fileOf', bytesOf(catalogue.fileOf)];
  yield ['startLines', bytesOf(catalogue.startLines)];
  yield ['endLines', bytesOf(catalogue.endLines)];
  yield ['signatures', bytesOf(catalogue.signatures)];
  yield ['comments', bytesOf(catalogue.comments)];
  yield ['outlines', Buffer.concat(catalogue.files.map(({ outline }) => outline))];
  yield ['outlineLengths', bytesOf(Uint32Array.from(catalogue.files, ({ outline }) => outline.length))];
  yield ['symbols', joined(catalogue.symbols)];
  yield ['kinds', catalogue.kinds];
  yield ['textHashes', catalogue.textHashes];
  const vectors = index.vectors.pack(index.catalogue.slots.end);
  yield ['vectors', bytesOf(vectors.bytes)];
  yield ['vectorScales', bytesOf(vectors.scales)];
  yield* keywordSections('text', index.text.pack());
  yield* keywordSections('symbols', index.symbols.pack());
  yield* keywordSections('paths', index.paths.pack());
}

/** What {@link saveSearchIndex} saved; undefined when there is nothing of use. Throws `damaged`. */
export async function loadSearchIndex(
  file: string,
  dimensions: number,
): Promise<{ index: SearchIndex; state: IndexState; skipped: readonly SkippedFile[] } | undefined> {
  const saved = await readSections(file);
  if (saved === undefined) return undefined;
  const header = saved.header as Header;
  if (header.format !== FORMAT || header.dimensions !== dimensions) return undefined;
  const section = (name: string): Uint8Array => saved.sections[name] ?? new Uint8Array(0);
  // What is kept as it is must not keep all that was read.
  const own = (name: string): Uint8Array<ArrayBuffer> => new Uint8Array(section(name));
  const keywords = (name: string): PackedKeywordIndex => ({
    terms: { bytes: own(`${name}.terms`), ends: numbers(own(`${name}.termEnds`)) },
    postings: {
      counts: numbers(section(`${name}.counts`)),
      lengths: numbers(section(`${name}.lengths`)),
      lasts: numbers(section(`${name}.lasts`)),
      bytes: own(`${name}.postings`),
    },
    documentLengths: numbers(section(`${name}.documents`)),
  });
  const vectors = section('vectors');
  const scales = section('vectorScales');
  const index = SearchIndex.unpack(
    {
      catalogue: {
        files: withOutlines(header.files, own('outlines'), numbers(section('outlineLengths'))),
        fileOf: numbers(section('fileOf')),
        startLines: numbers(section('startLines')),
        endLines: numbers(section('endLines')),
        signatures: numbers(section('signatures')),
        comments: numbers(section('comments')),
        symbols: separated(section('symbols')),
        kinds: section('kinds'),
        kindNames: header.kinds,
        textHashes: section('textHashes'),
      },
      text: keywords('text'),
      symbols: keywords('symbols'),
      paths: keywords('paths'),
      vectors: {
        bytes: new Int8Array(vectors.buffer, vectors.byteOffset, vectors.length),
        scales: new Float32Array(scales.buffer, scales.byteOffset, scales.length / 4),
      },
    },
    dimensions,
  );
  return { index, state: { indexId: header.indexId, revision: header.revision }, skipped: header.skipped };
}

/** Each file with its part of the outlines, which stand one after the other. */
function withOutlines(files: Header['files'], outlines: Uint8Array, lengths: Uint32Array): PackedCatalogue['files'] {
  let start = 0;
  return files.map((entry, index) => {
    const outline = outlines.subarray(start, (start += lengths[index] ?? 0));
    return { ...entry, outline };
  });
}

function* keywordSections(
  name: string,
  packed: PackedKeywordIndex<BytesInPieces>,
): Generator<readonly [string, Uint8Array | BytesInPieces]> {
  yield [`${name}.terms`, packed.terms.bytes];
  yield [`${name}.termEnds`, bytesOf(packed.terms.ends)];
  yield [`${name}.counts`, bytesOf(packed.postings.counts)];
  yield [`${name}.lengths`, bytesOf(packed.postings.lengths)];
  yield [`${name}.lasts`, bytesOf(packed.postings.lasts)];
  yield [`${name}.postings`, packed.postings.bytes];
  yield [`${name}.documents`, bytesOf(packed.documentLengths)];
}

function joined(texts: readonly string[]): Uint8Array {
  return Buffer.from(texts.join('\0'));
}

function separated(bytes: Uint8Array): string[] {
  return bytes.length === 0 ? [] : Buffer.from(bytes).toString('utf8').split('\0');
}

function bytesOf(array: Uint32Array | Int8Array | Float32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function numbers(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / 4));
}
