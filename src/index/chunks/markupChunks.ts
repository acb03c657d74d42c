import type { Chunk } from './chunk.ts';
import { MAX_REGION_DEPTH, type Region, RowCounter, chunkRegions } from './regions.ts';

/** Comments, data sections, declarations, and tags; quotes in a tag may hold a `>`. */
const tags =
  /<!--[^]*?(?:-->|$)|<!\[CDATA\[[^]*?(?:\]\]>|$)|<[!?][^>]*>|<(\/?)([A-Za-z][\w:.-]*)((?:"[^"]*"|'[^']*'|[^<>"'])*)>/g;

const neverClosed = new Set(
  'area base br col embed hr img input link meta param source track wbr p li dt dd option tr td th thead tbody tfoot'.split(
    ' ',
  ),
);
const landmarks = new Set('head body header footer main nav aside form script style template svg'.split(' '));
/** Their text is not markup. */
const rawText = new Set(['script', 'style', 'textarea']);

interface Open {
  readonly tag: string;
  readonly region: Region;
}

/**
 * Chunks HTML (also Vue and Svelte files) by its elements, named by their id, landmark or first heading;
 * XML by its elements, named by their tag and their `id` or `name`.
 */
export function chunkMarkup(textLines: readonly string[], language: 'html' | 'xml'): Chunk[] {
  const text = textLines.join('\n');
  const rows = new RowCounter(text);
  const roots: Region[] = [];
  const stack: Open[] = [];
  let rawUntil: string | undefined;
  for (const found of text.matchAll(tags)) {
    const [whole, slash = '', name, attributes = ''] = found;
    if (name === undefined) continue;
    const tag = language === 'html' ? name.toLowerCase() : name;
    if (rawUntil !== undefined && (slash === '' || tag !== rawUntil)) continue;
    rawUntil = undefined;
    const start = rows.row(found.index);
    const end = found.index + whole.length;
    if (slash !== '') close(stack, tag, rows.row(end));
    else if (language === 'html' && /^h[1-6]$/.test(tag)) nameByHeading(stack, text.slice(end, end + 300), tag);
    else if (!attributes.endsWith('/') && !(language === 'html' && neverClosed.has(tag))) {
      const region: Region = {
        start,
        end: start,
        name: nameOf(tag, attributes, language),
        kind: kindOf(tag),
        children: [],
      };
      if (stack.length < MAX_REGION_DEPTH) {
        (stack.at(-1)?.region.children ?? roots).push(region);
        stack.push({ tag, region });
      }
      if (language === 'html' && rawText.has(tag)) rawUntil = tag;
    }
  }
  for (const { region } of stack) region.end = textLines.length - 1;
  return chunkRegions(roots, textLines, 'text');
}

/** Ends the innermost element of that name, and what was left open in it. */
function close(stack: Open[], tag: string, row: number): void {
  const at = stack.findLastIndex((open) => open.tag === tag);
  if (at === -1) return;
  for (const { region } of stack.splice(at)) region.end = row;
}

function nameByHeading(stack: readonly Open[], text: string, tag: string): void {
  const inner = stack.at(-1);
  const title = text.split(`</${tag}`, 1)[0] ?? '';
  if (inner?.region.name !== '' || /^(html|body)$/.test(inner.tag)) return;
  inner.region.name = title.replace(/<[^>]*>/g, '').replaceAll('.', ' ');
}

function nameOf(tag: string, attributes: string, language: 'html' | 'xml'): string {
  const given = /(?:^|\s)(?:id|name|android:id|x:Name|key)\s*=\s*["']([^"']{1,60})["']/.exec(attributes)?.[1];
  if (language === 'xml') return given === undefined ? tag : `${tag} ${given.replaceAll('.', ' ')}`;
  if (given !== undefined) return `${tag}#${given.replaceAll('.', ' ')}`;
  return landmarks.has(tag) ? tag : '';
}

function kindOf(tag: string): string {
  return tag === 'script' || tag === 'style' || tag === 'template' ? tag : 'element';
}
