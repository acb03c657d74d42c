import type { JSX } from 'preact';
import { t } from '../../src/base/texts.ts';
import type { PrivacySection, PrivacyStatement } from '../../src/protocol/privacyPage.ts';
import { Breakable } from '../common/breakable.tsx';
import { Page } from '../common/page.tsx';
import { Icon } from '../chat/parts/icon.tsx';
import type { PageState } from './pageState.ts';

/** The page about privacy: what is kept and sent, as it is now, and what can be done about it. */
export function PrivacyPage({ state }: { state: PageState }): JSX.Element {
  return (
    <Page title={t('Privacy')} failure={state.failure.value} isLoading={state.sections.value.length === 0}>
      <p class="quiet">{t('What Sextant keeps and what it sends, as it is on this machine now.')}</p>
      {state.sections.value.map((section) => (
        <Section key={section.id} section={section} state={state} />
      ))}
    </Page>
  );
}

function Section({ section, state }: { section: PrivacySection; state: PageState }): JSX.Element {
  const { id, title, statements, table, actions } = section;
  return (
    <section class="status" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <ul class="statements">
        {statements.map((statement) => (
          <Statement key={statement.text} statement={statement} />
        ))}
      </ul>
      {table !== undefined && <Table table={table} />}
      <div class="actions">
        {actions.map(({ action, label }) => (
          <vscode-button key={action} secondary={true} onClick={() => void state.act(action)}>
            {label}
          </vscode-button>
        ))}
      </div>
    </section>
  );
}

const icons = { good: 'pass', plain: 'circle-small', warning: 'warning' } as const;

function Statement({ statement: { tone, text } }: { statement: PrivacyStatement }): JSX.Element {
  return (
    <li class={`statement ${tone}`}>
      <Icon name={icons[tone]} />
      <span class="statement-text">{text}</span>
    </li>
  );
}

function Table({ table: { head, rows, hasFigures } }: { table: PrivacySection['table'] & object }): JSX.Element {
  const style = hasFigures ? 'number' : '';
  return (
    <div class="table-scroller">
      <table>
        <thead>
          <tr>
            {head.map((name, at) => (
              <th key={at} scope="col" class={at === 0 ? '' : style}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ...cells]) => (
            <tr key={name}>
              <th scope="row">
                <Breakable text={name ?? ''} />
              </th>
              {cells.map((cell, at) => (
                <td key={at} class={style}>
                  <Breakable text={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
