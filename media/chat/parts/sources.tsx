import type { JSX } from 'preact';
import { plural, t } from '../../../src/base/texts.ts';
import { maskedSentence } from '../../../src/protocol/maskedSecrets.ts';
import type { ContextPassage } from '../../../src/protocol/store.ts';
import type { Ask } from '../chatConnection.ts';
import { linesOf, placeOf, splitPath } from '../passages.ts';
import { Icon } from './icon.tsx';

/** So many files are named while the list is folded. */
const NAMED = 2;

interface SourcesProps {
  readonly messageId: string;
  readonly sources: readonly ContextPassage[];
  readonly ask: Ask;
}

/** The passages that an answer rests on, folded: each a card that opens the editor there. */
export function Sources({ messageId, sources, ask }: SourcesProps): JSX.Element {
  const names = [...new Set(sources.map(({ path }) => splitPath(path).name))];
  const others = names.length > NAMED ? ` +${names.length - NAMED}` : '';
  const masked = sources.flatMap((source) => source.masked ?? []);
  const hasFolders = new Set(sources.map(({ folder }) => folder)).size > 1;
  return (
    <section class="sources" aria-label={t('Sources')}>
      <details>
        <summary>
          <Icon name="chevron-right" />
          <span class="sources-count">{plural(sources.length, '{0} source', '{0} sources')}</span>
          <span class="sources-names">
            {names.slice(0, NAMED).join(', ')}
            {others}
          </span>
          {masked.length > 0 && (
            <span class="sources-masked">
              <Icon name="shield" />
              {maskedSentence(masked)}
            </span>
          )}
        </summary>
        <ol>
          {sources.map((source, at) => (
            <li key={at}>
              <Source source={source} ask={ask} hasFolders={hasFolders} isNamesake={hasNamesake(source, sources)} />
              {source.masked !== undefined && (
                <button
                  type="button"
                  class="source masked"
                  title={t('Show what was sent')}
                  onClick={() => void ask('openSent', { messageId, at })}
                >
                  <Icon name="shield" />
                  <span class="source-name">{maskedSentence(source.masked)}</span>
                </button>
              )}
            </li>
          ))}
        </ol>
      </details>
    </section>
  );
}

interface SourceProps {
  readonly source: ContextPassage;
  readonly ask: Ask;
  /** The sources lie in more than one folder, so that a path alone does not say where. */
  readonly hasFolders: boolean;
  /** Another source is a file of the same name, so that the folder matters more than the symbol. */
  readonly isNamesake: boolean;
}

function hasNamesake({ folder, path }: ContextPassage, sources: readonly ContextPassage[]): boolean {
  const { name } = splitPath(path);
  return sources.some(
    (other) => (other.path !== path || other.folder !== folder) && splitPath(other.path).name === name,
  );
}

function Source({ source, ask, hasFolders, isNamesake }: SourceProps): JSX.Element {
  const { folder, path, startLine, endLine, symbol } = source;
  const { name, directory } = splitPath(path);
  const place = hasFolders ? [splitPath(folder).name, directory].filter((part) => part !== '').join('/') : directory;
  return (
    <button
      type="button"
      class={`source ${isNamesake ? 'namesake' : ''}`}
      title={symbol === '' ? placeOf(source) : `${placeOf(source)} ${symbol}`}
      onClick={() => {
        void ask('openPassage', { folder, path, startLine, endLine });
      }}
    >
      <Icon name="file-code" />
      <span class="source-place">
        <span class="source-name">{name}</span>
        <span class="source-lines">:{linesOf(source)}</span>
      </span>
      {place !== '' && <span class="source-directory">{place}</span>}
      {symbol !== '' && <span class="source-symbol">{symbol}</span>}
    </button>
  );
}
