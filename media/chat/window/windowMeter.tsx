import type { JSX } from 'preact';
import { t } from '../../../src/base/texts.ts';
import type { WindowReport } from '../../../src/protocol/chatWindow.ts';
import type { Panels } from '../panels.ts';
import { fullness, shareText, usedShare } from './windowFigures.ts';

interface WindowMeterProps {
  readonly report: WindowReport;
  readonly panels: Panels;
}

/** How full the model’s window is: a ring, from half on with the share beside it. It opens what it is made of. */
export function WindowMeter({ report, panels }: WindowMeterProps): JSX.Element {
  const share = usedShare(report);
  const how = fullness(report);
  const label = report.isCompacting
    ? t('The beginning of the chat is being summarised')
    : t('{0} of the model’s context is used', shareText(share));
  return (
    <button
      type="button"
      class={`window-meter window-${how}`}
      aria-haspopup="dialog"
      aria-expanded={panels.shown.value === 'window'}
      aria-label={label}
      title={label}
      // Opening and closing belong to the click; the panel closes when it loses the focus.
      onMouseDown={(event) => {
        event.preventDefault();
      }}
      onClick={() => {
        panels.toggle('window');
      }}
    >
      {report.isCompacting ? (
        <span class="codicon codicon-loading codicon-modifier-spin" aria-hidden="true" />
      ) : (
        <svg class="window-ring" viewBox="0 0 16 16" aria-hidden="true">
          <circle class="window-ring-whole" cx="8" cy="8" r="6" />
          <circle
            class="window-ring-used"
            cx="8"
            cy="8"
            r="6"
            pathLength="100"
            stroke-dasharray={`${Math.min(100, share * 100)} 100`}
          />
        </svg>
      )}
      {how !== 'small' && <span class="window-share">{shareText(share)}</span>}
    </button>
  );
}
