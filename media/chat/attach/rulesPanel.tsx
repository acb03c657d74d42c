import type { JSX } from 'preact';
import { t } from '../../../src/base/texts.ts';
import type { RuleChoice } from '../../../src/protocol/chatContext.ts';
import type { Ask } from '../chatConnection.ts';
import { Icon } from '../parts/icon.tsx';
import { PickerPanel } from '../parts/pickerPanel.tsx';
import { tokensText } from './tokensText.ts';

interface RulesPanelProps {
  readonly rules: readonly RuleChoice[];
  readonly ask: Ask;
  readonly close: (how?: { keepFocus: boolean }) => void;
}

/** The rules that were found in the workspace: when each goes along, a switch, and its file a click away. */
export function RulesPanel({ rules, ask, close }: RulesPanelProps): JSX.Element {
  return (
    <PickerPanel class="rules-panel" label={t('Rules of this workspace')} close={close} focusOn="input, button">
      <div class="picker-heading">{t('Rules of this workspace')}</div>
      <ul class="picker-list">
        {rules.map((rule) => (
          <li key={rule.id} class={`rule ${rule.applies ? 'rule-applies' : ''}`}>
            <input
              type="checkbox"
              aria-label={t('Use {0}', rule.label)}
              checked={rule.isOn && rule.problem === null}
              disabled={rule.problem !== null}
              onChange={({ currentTarget }) => void ask('switchRule', { id: rule.id, isOn: currentTarget.checked })}
            />
            <button
              type="button"
              class="rule-open"
              title={t('Open {0}', rule.label)}
              onClick={() => void ask('openRule', { id: rule.id })}
            >
              <span class="rule-label">{rule.label}</span>
              <span class="rule-when">{rule.problem ?? t('{0} · {1} tokens', rule.when, tokensText(rule.tokens))}</span>
            </button>
            {rule.applies && (
              <span class="rule-mark" title={t('Goes along with your question')}>
                <Icon name="check" />
                <span class="visually-hidden">{t('Goes along with your question')}</span>
              </span>
            )}
          </li>
        ))}
      </ul>
    </PickerPanel>
  );
}
