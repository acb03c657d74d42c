import type { JSX } from 'preact';

/** Sextant's sign in the colour of the text around it: the drawing of media/icons/sextant.svg. */
export function Logo(): JSX.Element {
  return (
    <svg class="logo" viewBox="0 0 24 24" aria-hidden="true">
      <circle cx="12" cy="3.75" r="1.75" />
      <path d="M11.1 5.3 4.13 17.2M12.9 5.3l6.97 11.9" />
      <path d="M2.9 17a17.6 17.6 0 0 0 18.2 0" />
      <path d="M12.2 5.6 13.9 21.9" />
      <path d="M3 10.7h4.9M16.1 10.7h2.4" />
    </svg>
  );
}
