import { t } from '../../src/base/texts.ts';
import { fullTime, mediumTime } from '../chat/history/times.ts';

/** Numbers, sizes and times as the reader of a language writes them. */
export class Figures {
  readonly #language: string;

  constructor(language: string) {
    this.#language = language;
  }

  count(value: number): string {
    return value.toLocaleString(this.#language);
  }

  percent(value: number): string {
    return (value / 100).toLocaleString(this.#language, { style: 'percent' });
  }

  /** Dollars, as exact as prices are. */
  price(dollars: number): string {
    const style = { style: 'currency', currency: 'USD', maximumFractionDigits: 4 } as const;
    return dollars.toLocaleString(this.#language, {
      ...style,
      minimumFractionDigits: Number.isInteger(dollars) ? 0 : 2,
    });
  }

  /** Bytes in the unit that needs no more than three digits before the point. */
  size(bytes: number): string {
    const unit = bytes < 1e3 ? 'byte' : bytes < 1e6 ? 'kilobyte' : bytes < 1e9 ? 'megabyte' : 'gigabyte';
    const value = bytes / { byte: 1, kilobyte: 1e3, megabyte: 1e6, gigabyte: 1e9 }[unit];
    const digits = unit === 'byte' || value >= 100 ? 0 : 1;
    return value.toLocaleString(this.#language, {
      style: 'unit',
      unit,
      unitDisplay: unit === 'byte' ? 'long' : 'short',
      maximumFractionDigits: digits,
    });
  }

  /** How long ago something was: `2 minutes ago`. */
  ago(timeMs: number, nowMs: number): string {
    const seconds = Math.round((nowMs - timeMs) / 1000);
    if (seconds < 5) return t('just now');
    const [value, unit] =
      seconds < 60
        ? ([seconds, 'second'] as const)
        : seconds < 3600
          ? ([Math.round(seconds / 60), 'minute'] as const)
          : seconds < 86_400
            ? ([Math.round(seconds / 3600), 'hour'] as const)
            : ([Math.round(seconds / 86_400), 'day'] as const);
    return new Intl.RelativeTimeFormat(this.#language).format(-value, unit);
  }

  /** A moment in a list of many. */
  time(timeMs: number): string {
    return mediumTime(timeMs, this.#language);
  }

  /** A moment by itself, with its day of the week. */
  moment(timeMs: number): string {
    return fullTime(timeMs, this.#language);
  }
}
