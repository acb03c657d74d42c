import type { JSX } from 'preact';

/** The name of a model or a server, which may go on in the next line where one of its parts ends. */
export function Breakable({ text }: { readonly text: string }): JSX.Element {
  return <>{text.split(/(?<=[/:.@])/).flatMap((part, at) => (at === 0 ? [part] : [<wbr key={at} />, part]))}</>;
}
