import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { figure, t } from '../../../src/base/texts.ts';
import type { WindowReport } from '../../../src/protocol/chatWindow.ts';
import type { Ask } from '../chatConnection.ts';
import { Icon } from '../parts/icon.tsx';
import { PickerPanel } from '../parts/pickerPanel.tsx';
import { fullness, partLabel, shareText, usedTokens } from './windowFigures.ts';

interface WindowPanelProps {
  readonly report: WindowReport;
  /** As the user knows it. */
  readonly modelName: string;
  readonly ask: Ask;
  readonly close: (how?: { keepFocus: boolean }) => void;
}

/** What the model’s window is filled with, part by part, and what can be done about it. */
export function WindowPanel({ report, modelName, ask, close }: WindowPanelProps): JSX.Element {
  const panel = useRef<HTMLDivElement>(null);
  const used = usedTokens(report);
  const free = Math.max(0, report.window - report.reserve - used);
  const rows = [
    ...report.parts
      .filter(({ tokens }) => tokens > 0)
      .map(({ kind, tokens }) => ({ kind, tokens, label: partLabel(kind) })),
    { kind: 'reserve', tokens: report.reserve, label: t('Kept free for the answer') },
    { kind: 'free', tokens: free, label: t('Free') },
  ];
  return (
    <PickerPanel class="window-panel" label={t('What fills the model’s context')} close={close} panel={panel}>
      <div class="picker-heading window-heading">
        <span class="window-model">{modelName}</span>
        <span>{t('{0} of {1} tokens', figure(used), figure(report.window))}</span>
      </div>
      <div class="window-bar" aria-hidden="true">
        {rows.map(({ kind, tokens }) => (
          <span key={kind} class={`window-part window-part-${kind}`} style={{ flexGrow: tokens }} />
        ))}
      </div>
      <ul class="window-rows">
        {rows.map(({ kind, tokens, label }) => (
          <li key={kind}>
            <span class={`window-key window-part-${kind}`} aria-hidden="true" />
            <span class="window-label">{label}</span>
            <span class="window-tokens">{figure(tokens)}</span>
            <span class="window-percent">{shareText(tokens / report.window)}</span>
          </li>
        ))}
      </ul>
      {warning(report) !== null && (
        <p class="window-warning">
          <Icon name="warning" />
          <span>{warning(report)}</span>
        </p>
      )}
      <p class="window-notes">{notes(report).join(' ')}</p>
      {report.isCompacting && (
        <vscode-button secondary onClick={() => void ask('stop', null)}>
          {t('Stop Summarising')}
        </vscode-button>
      )}
      {!report.isCompacting && report.canCompact && (
        <vscode-button
          secondary
          onClick={() => {
            // The button gives way to another one.
            panel.current?.focus();
            void ask('compact', null);
          }}
        >
          {t('Summarise the Beginning')}
        </vscode-button>
      )}
    </PickerPanel>
  );
}

function warning(report: WindowReport): string | null {
  switch (fullness(report)) {
    case 'small':
    case 'some':
      return null;
    case 'near':
      return t('Nearly full. Soon the beginning of this chat will be summarised; all of it stays here to be read.');
    case 'over':
      return report.canCompact
        ? t(
            'This is more than the model takes. With your next question, the beginning of this chat will be summarised.',
          )
        : t(
            'This is more than the model takes. Remove something that is attached, or choose a model with a larger window.',
          );
  }
}

function notes({ isExact, isAssumed, window, passages, last }: WindowReport): string[] {
  return [
    ...(passages > 0
      ? [t('Passages of your workspace take up to {0} more, as far as there is room.', figure(passages))]
      : []),
    isExact
      ? t('Counted as this model counts.')
      : t('Estimated, and corrected by what the provider reports with each answer.'),
    ...(isAssumed ? [t('The provider does not say how large the window is; {0} is assumed.', figure(window))] : []),
    ...(last === null ? [] : [lastQuestion(last)]),
  ];
}

function lastQuestion({ tokens, cached }: NonNullable<WindowReport['last']>): string {
  return cached === null || cached === 0
    ? t('The last question took {0} tokens.', figure(tokens))
    : t('The last question took {0} tokens, {1} of them from the provider’s cache.', figure(tokens), figure(cached));
}
