import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { Figures } from '../common/figures.ts';
import { plural, t } from '../../src/base/texts.ts';
import type { LanguageFigure } from './figures.ts';

/** More are shown on request. */
const SHOWN = 8;

/** A bar for each language, as long as its share of the files. */
export function Languages(props: { languages: readonly LanguageFigure[]; figures: Figures }): JSX.Element | null {
  const { languages, figures } = props;
  const isWhole = useSignal(false);
  const most = languages[0]?.files ?? 0;
  if (most === 0) return null;
  // One more would take no less room than the button.
  const shown = isWhole.value || languages.length <= SHOWN + 1 ? languages : languages.slice(0, SHOWN);
  return (
    <section aria-labelledby="languages">
      <h2 id="languages">{t('Languages')}</h2>
      <ul class="bars">
        {shown.map(({ language, files, bytes }) => (
          <li class="bar-row" key={language}>
            <span class="bar-name">{language}</span>
            <span class="bar-track" aria-hidden="true">
              <span class="bar" style={{ width: `${(files / most) * 100}%` }} />
            </span>
            <span class="bar-figure">
              {plural(files, '{0} file', '{0} files')}
              <span class="quiet"> · {figures.size(bytes)}</span>
            </span>
          </li>
        ))}
      </ul>
      {shown.length < languages.length && (
        <button type="button" class="link-button" onClick={() => (isWhole.value = true)}>
          {t('Show {0} more', figures.count(languages.length - shown.length))}
        </button>
      )}
    </section>
  );
}
