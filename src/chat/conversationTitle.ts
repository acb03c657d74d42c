const TITLE_CHARACTERS = 60;

/** A title for a conversation from its first question: its first words, on one line. */
export function conversationTitle(question: string): string {
  const line = question
    .slice(0, 1_000)
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  const characters = Array.from(line);
  if (characters.length <= TITLE_CHARACTERS) return line;
  const cut = characters.slice(0, TITLE_CHARACTERS - 1).join('');
  const lastSpace = cut.lastIndexOf(' ');
  return `${lastSpace > TITLE_CHARACTERS / 2 ? cut.slice(0, lastSpace) : cut}…`;
}
