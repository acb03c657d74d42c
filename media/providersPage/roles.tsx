import type { JSX } from 'preact';
import { t } from '../../src/base/texts.ts';
import type { Role, RoleEntry, RoleModel } from '../../src/protocol/providersPage.ts';
import { Icon } from '../chat/parts/icon.tsx';
import type { PageState } from './pageState.ts';

/** Who does what, and who is asked where that one fails. */
export function Roles({ state, roles }: { state: PageState; roles: readonly RoleEntry[] }): JSX.Element {
  return (
    <section aria-labelledby="roles">
      <h2 id="roles">{t('Who does what')}</h2>
      <div class="table-scroller">
        <table class="roles">
          <thead>
            <tr>
              <th scope="col">{t('For')}</th>
              <th scope="col">{t('Model')}</th>
              <th scope="col">{t('If it fails, then')}</th>
            </tr>
          </thead>
          <tbody>
            {roles.map((entry) => (
              <RoleRow key={entry.role} state={state} entry={entry} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function RoleRow({ state, entry: { role, model, fallbacks } }: { state: PageState; entry: RoleEntry }): JSX.Element {
  const name = roleName(role);
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
        {model === null ? <span class="quiet">{nobody(role)}</span> : <Named model={model} />}{' '}
        <button
          type="button"
          class="link-button"
          aria-label={t('Change who does this: {0}', name)}
          onClick={() => void state.ask('pickRole', { role })}
        >
          {t('Change…')}
        </button>
      </td>
      <td>
        {fallbacks === null ? (
          <span class="quiet">{t('the built-in model')}</span>
        ) : (
          <Fallbacks state={state} role={role} fallbacks={fallbacks} />
        )}
      </td>
    </tr>
  );
}

interface FallbacksProps {
  readonly state: PageState;
  readonly role: Role;
  readonly fallbacks: readonly RoleModel[];
}

function Fallbacks({ state, role, fallbacks }: FallbacksProps): JSX.Element {
  const set = (changed: readonly RoleModel[]): void =>
    void state.ask('setFallbacks', { role, models: changed.map(({ ref }) => ref) });
  return (
    <>
      {fallbacks.length > 0 && (
        <ol class="fallbacks">
          {fallbacks.map((model, at) => (
            <li key={`${model.ref.provider}/${model.ref.model}`}>
              <Named model={model} />
              {at > 0 && (
                <Act
                  icon="arrow-up"
                  label={t('Ask {0} earlier', model.displayName)}
                  run={() => {
                    const others = fallbacks.filter((each) => each !== model);
                    set([...others.slice(0, at - 1), model, ...others.slice(at - 1)]);
                  }}
                />
              )}
              <Act
                icon="close"
                label={t('Do not ask {0}', model.displayName)}
                run={() => {
                  set(fallbacks.filter((each) => each !== model));
                }}
              />
            </li>
          ))}
        </ol>
      )}
      <button
        type="button"
        class="link-button"
        aria-label={t('Add who is asked where this fails: {0}', roleName(role))}
        onClick={() => void state.ask('addFallback', { role })}
      >
        {t('Add…')}
      </button>
    </>
  );
}

function Act({ icon, label, run }: { icon: string; label: string; run: () => void }): JSX.Element {
  return (
    <button type="button" class="icon-button" aria-label={label} title={label} onClick={run}>
      <Icon name={icon} />
    </button>
  );
}

function Named({ model: { displayName, provider } }: { model: RoleModel }): JSX.Element {
  return (
    <>
      {displayName} {provider !== displayName && <span class="quiet">{provider}</span>}
    </>
  );
}

function roleName(role: Role): string {
  switch (role) {
    case 'chat':
      return t('Chat');
    case 'edit':
      return t('Edits in the editor');
    case 'completion':
      return t('Inline completion');
    case 'embedding':
      return t('Search by meaning');
    case 'rerank':
      return t('Order of what is found');
    case 'title':
      return t('Titles of chats');
    case 'summary':
      return t('Summaries of long chats');
  }
}

/** Who does it where nobody is set. */
function nobody(role: Role): string {
  switch (role) {
    case 'embedding':
      return t('the built-in model');
    case 'completion':
    case 'rerank':
      return t('none');
    case 'chat':
    case 'edit':
    case 'title':
    case 'summary':
      return t('as in the chat');
  }
}
