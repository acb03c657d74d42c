import { figure, t } from '../../../src/base/texts.ts';
import type { WindowPartKind, WindowReport } from '../../../src/protocol/chatWindow.ts';

/** How near a prompt is to what there is room for. */
export type Fullness = 'small' | 'some' | 'near' | 'over';

/** From this share on the meter says how full it is. */
const SOME = 0.5;
/** Of where the beginning of the chat is summarised. */
const NEAR = 0.9;

/** Tokens of the next prompt, but for the question. */
export function usedTokens({ parts }: WindowReport): number {
  return parts.reduce((sum, { tokens }) => sum + tokens, 0);
}

/** Of what there is room for; above 1 where it does not fit. */
export function usedShare(report: WindowReport): number {
  return usedTokens(report) / Math.max(1, report.window - report.reserve);
}

export function fullness(report: WindowReport): Fullness {
  const used = usedTokens(report);
  if (used > report.window - report.reserve) return 'over';
  if (used >= report.compactAt * NEAR) return 'near';
  return usedShare(report) >= SOME ? 'some' : 'small';
}

/** As `48 %`, the way the language writes it. */
export function shareText(share: number): string {
  return figure(Math.min(share, 9.99), { style: 'percent', maximumFractionDigits: share > 0 && share < 0.01 ? 1 : 0 });
}

export function partLabel(kind: WindowPartKind): string {
  switch (kind) {
    case 'instructions':
      return t('Sextant’s instructions');
    case 'rules':
      return t('Rules of the workspace');
    case 'history':
      return t('Conversation');
    case 'attachedBefore':
      return t('Attached before');
    case 'attached':
      return t('Attached now');
  }
}
