/** Escape sequences of terminals (ECMA-48), and those of shells that tell an editor about themselves. */
const SEQUENCES =
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\|$)|[PX^_][^\u001b]*(?:\u001b\\|$)|[ -/]*[0-~])/gu;

/** What a terminal has shown, as text: without colours and titles; of a line that was written over its last form. */
export function plainTerminalText(output: string): string {
  const lines = output.replaceAll(SEQUENCES, '').replaceAll('\r\n', '\n').split('\n');
  const shown = lines.map((line) => withBackspaces(line.slice(line.trimEnd().lastIndexOf('\r') + 1)));
  return shown
    .join('\n')
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f]/gu, '')
    .trim();
}

function withBackspaces(line: string): string {
  if (!line.includes('\b')) return line;
  const shown: string[] = [];
  for (const character of line) {
    if (character === '\b') shown.pop();
    else shown.push(character);
  }
  return shown.join('');
}
