import { SextantError } from '../../base/errors.ts';
import { t } from '../../base/texts.ts';
import type { Sections } from '../saved/sectionFile.node.ts';
import { type Segment, countDocuments } from './segment.ts';
import type { StringTable } from './stringTable.ts';

/** Changes whenever files written before cannot be read any more, or terms are made in another way. */
export const HISTORY_FORMAT = 1;

/** A segment as what is written to a file. It shares its memory. */
export function packSegment({ documents, terms, parts }: Segment): Sections {
  return {
    header: { format: HISTORY_FORMAT },
    sections: {
      ...stringSections('ids', documents.ids),
      ...stringSections('conversations', documents.conversations),
      ...stringSections('models', documents.models),
      ...stringSections('terms', terms.names),
      conversationOf: bytesOf(documents.conversationOf),
      modelOf: bytesOf(documents.modelOf),
      isUser: documents.isUser,
      createdAt: bytesOf(documents.createdAt),
      revisions: bytesOf(documents.revisions),
      words: bytesOf(documents.words),
      counts: bytesOf(terms.counts),
      postingStarts: bytesOf(terms.postingStarts),
      postings: terms.postings,
      positionStarts: bytesOf(terms.positionStarts),
      positions: terms.positions,
      partDocuments: bytesOf(parts.documentOf),
      partStarts: bytesOf(parts.startOffsets),
      partSlots: bytesOf(parts.slots),
    },
  };
}

/** What {@link packSegment} packed. Throws `damaged` for anything else. */
export function unpackSegment({ header, sections }: Sections): Segment {
  if ((header as { format?: unknown }).format !== HISTORY_FORMAT) throw damaged();
  const section = (name: string): Uint8Array => {
    const bytes = sections[name];
    if (bytes === undefined) throw damaged();
    return bytes;
  };
  const numbers = (name: string): Uint32Array => {
    const { buffer, byteOffset, byteLength } = section(name);
    return new Uint32Array(buffer, byteOffset, byteLength / 4);
  };
  const times = (name: string): Float64Array => {
    const { buffer, byteOffset, byteLength } = section(name);
    return new Float64Array(buffer, byteOffset, byteLength / 8);
  };
  const strings = (name: string): StringTable => ({ bytes: section(name), starts: numbers(`${name}.starts`) });
  const segment: Segment = {
    documents: {
      ids: strings('ids'),
      conversations: strings('conversations'),
      conversationOf: numbers('conversationOf'),
      models: strings('models'),
      modelOf: numbers('modelOf'),
      isUser: section('isUser'),
      createdAt: times('createdAt'),
      revisions: times('revisions'),
      words: numbers('words'),
    },
    terms: {
      names: strings('terms'),
      counts: numbers('counts'),
      postingStarts: numbers('postingStarts'),
      postings: section('postings'),
      positionStarts: numbers('positionStarts'),
      positions: section('positions'),
    },
    parts: {
      documentOf: numbers('partDocuments'),
      startOffsets: numbers('partStarts'),
      slots: numbers('partSlots'),
    },
  };
  if (segment.documents.ids.starts.length !== countDocuments(segment) + 1) throw damaged();
  return segment;
}

function stringSections(name: string, { bytes, starts }: StringTable): Record<string, Uint8Array> {
  return { [name]: bytes, [`${name}.starts`]: bytesOf(starts) };
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint32Array | Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function damaged(): SextantError {
  return new SextantError('damaged', t('A part of the history’s search index is damaged; it is built anew.'));
}
