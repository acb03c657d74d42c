import type { Fetch } from '../../../src/privacy/egressGate.ts';
import type { VirtualClock } from './virtualClock.ts';

/** What a model says, and when. */
export interface Spoken {
  readonly text: string;
  /** From the request to the first piece. */
  readonly firstTextMs: number;
}

/** As a model of some size does it on a graphics card: four characters a token, 10 ms each. */
const PIECE_CHARACTERS = 4;
const PIECE_MS = 10;

/** A server in this process that speaks OpenAI's completions wire, in the time of `clock`. */
export function servedOver(clock: VirtualClock, answer: (prefix: string, suffix: string) => Spoken): Fetch {
  return (_address, { body, signal }) => {
    const { prompt, suffix = '' } = JSON.parse(body as string) as { prompt: string; suffix?: string };
    const { text, firstTextMs } = answer(prompt, suffix);
    const encoder = new TextEncoder();
    let at = 0;
    const stream = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          await clock.wait(at === 0 ? firstTextMs : PIECE_MS);
          if (signal?.aborted === true) {
            controller.error(signal.reason);
            return;
          }
          const piece = text.slice(at, (at += PIECE_CHARACTERS));
          const isOver = at >= text.length;
          const choice = { index: 0, text: piece, finish_reason: isOver ? 'stop' : null };
          controller.enqueue(encoder.encode(`data: ${JSON.stringify({ choices: [choice] })}\n\n`));
          if (isOver) controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    return Promise.resolve(new Response(stream, { headers: { 'content-type': 'text/event-stream' } }));
  };
}
