/** How it came out: `left` where somebody else has typed into the box, `empty` where there was nothing to write. */
type Filled = 'filled' | 'left' | 'empty';

/**
 * Writes a text that grows into a box which has held `before`. What somebody else types into it meanwhile stays; where
 * the text fails, so does what was there.
 *
 * VS Code tells an extension's box of each of its writes anew, and late: for a moment it may say what it said before.
 */
export async function fillBox(box: { value: string }, before: string, texts: AsyncIterable<string>): Promise<Filled> {
  const own = new Set([before]);
  const isUntouched = (): boolean => own.has(box.value);
  const write = (text: string): void => {
    own.add(text);
    box.value = text;
  };
  try {
    for await (const text of texts) {
      if (!isUntouched()) return 'left';
      if (text !== '') write(text);
    }
  } catch (error) {
    if (isUntouched()) write(before);
    throw error;
  }
  if (!isUntouched()) return 'left';
  return own.size > 1 ? 'filled' : 'empty';
}
