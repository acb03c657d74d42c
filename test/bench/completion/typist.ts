import { type Random, randomFrom } from '../apply/random.ts';
import type { SourceFile } from './sources.ts';

/** The document after a key, and how long after the key before it. */
export interface Key {
  readonly afterMs: number;
  readonly prefix: string;
  /** True while what was typed is what the file has. */
  readonly isRight: boolean;
}

/** A part of a file that somebody types, the rest being there already. */
export interface Typing {
  readonly file: SourceFile;
  readonly keys: readonly Key[];
  readonly suffix: string;
  /** The true text from the start of the file to the end of what is typed. */
  readonly goal: string;
}

const LONGEST_CHARACTERS = 700;
/** Some seven keys a second, as a practised typist has it; half of all pauses are shorter. */
const MEDIAN_MS = 140;
const SPREAD = 0.45;
const NEW_LINE_MS = 500;
const SLIPS = 0.02;

/** Types from one blank line of the file to a later one, indentation by the editor, with a slip now and then. */
export function typingOf(file: SourceFile): Typing | null {
  const random = randomFrom(`${file.name} typed`);
  const starts = [...file.text.matchAll(/\n\n(?=\s*\S)/g)].map(({ index }) => index + 2);
  const start = starts[Math.floor(random() * starts.length * 0.7)];
  if (start === undefined) return null;
  const end = file.text.indexOf('\n', start + LONGEST_CHARACTERS);
  if (end === -1) return null;
  const goal = file.text.slice(0, end);
  return { file, keys: keysOf(goal, start, random), suffix: file.text.slice(end), goal };
}

function keysOf(goal: string, start: number, random: Random): Key[] {
  const keys: Key[] = [];
  const pause = (): number => MEDIAN_MS * Math.exp(SPREAD * normal(random));
  let at = start;
  while (at < goal.length) {
    if (random() < SLIPS) {
      keys.push({ afterMs: pause(), prefix: `${goal.slice(0, at)}q`, isRight: false });
      keys.push({ afterMs: pause() + 200, prefix: goal.slice(0, at), isRight: true });
    }
    const isNewLine = goal[at] === '\n';
    at++;
    // The editor indents; an empty line stays empty.
    if (isNewLine) while (/[ \t]/.test(goal[at] ?? '')) at++;
    keys.push({
      afterMs: isNewLine ? NEW_LINE_MS * (0.5 + random()) : pause(),
      prefix: goal.slice(0, at),
      isRight: true,
    });
  }
  return keys;
}

/** A number of the standard normal distribution (Box and Muller). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
