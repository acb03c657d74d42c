import { frameScript } from 'mermaid-frame';
import { t } from '../../../src/base/texts.ts';

/** What the frame that draws is asked, and answers. */
export interface DiagramRequest {
  readonly id: number;
  readonly source: string;
  readonly isDark: boolean;
  readonly variables: Readonly<Record<string, string>>;
}
export type DiagramReply =
  ({ readonly id: number } & DrawnDiagram) | { readonly id: number; readonly error: string } | { readonly id: 0 };

/** CSS pixels. */
interface DrawnDiagram {
  readonly svg: string;
  readonly width: number;
}

/** A diagram as an image, which can run and load nothing. CSS pixels. */
interface DiagramPicture {
  readonly address: string;
  readonly width: number;
}

const LONGEST_SOURCE = 20_000;
const LARGEST_SVG = 2_000_000;
const PATIENCE_MS = 15_000;

/**
 * Draws diagrams with Mermaid inside a sandboxed frame that shares nothing with the view: what comes out is used as an
 * image only.
 */
export class DiagramPainter {
  readonly #frame: Promise<HTMLIFrameElement>;
  readonly #waiting = new Map<number, { resolve: (drawn: DrawnDiagram) => void; reject: (error: Error) => void }>();
  #lastId = 0;

  constructor() {
    const frame = document.createElement('iframe');
    frame.setAttribute('sandbox', 'allow-scripts');
    frame.className = 'diagram-frame';
    frame.ariaHidden = 'true';
    frame.tabIndex = -1;
    frame.title = t('Diagrams');
    this.#frame = new Promise((resolve) => {
      globalThis.addEventListener('message', (event: MessageEvent<unknown>) => {
        if (event.source === null || event.source !== frame.contentWindow) return;
        const reply = readReply(event.data);
        if (reply?.id === 0) resolve(frame);
        else if (reply !== null) this.#take(reply);
      });
    });
    const nonce = document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce ?? '';
    const script = frameScript.replaceAll(/<\/(?=script)/gi, '<\\/').replaceAll('<!--', '<\\!--');
    frame.srcdoc = `<!DOCTYPE html><body><script nonce="${nonce}">${script}</script></body>`;
    document.body.append(frame);
  }

  /** Throws for what Mermaid does not understand. */
  async paint(source: string): Promise<DiagramPicture> {
    if (source.trim() === '' || source.length > LONGEST_SOURCE) throw new Error('not drawn');
    const frame = await this.#frame;
    const id = ++this.#lastId;
    const { svg, width } = await new Promise<DrawnDiagram>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      setTimeout(() => {
        reject(new Error('took too long'));
      }, PATIENCE_MS);
      const request: DiagramRequest = { id, source, ...lookOfTheView() };
      frame.contentWindow?.postMessage(request, '*');
    }).finally(() => this.#waiting.delete(id));
    return { address: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`, width };
  }

  #take(reply: DiagramReply): void {
    const waiting = this.#waiting.get(reply.id);
    if ('svg' in reply) waiting?.resolve(reply);
    else waiting?.reject(new Error('not understood'));
  }
}

function readReply(data: unknown): DiagramReply | null {
  if (typeof data !== 'object' || data === null) return null;
  const { id, svg, width, error } = data as Readonly<Record<string, unknown>>;
  if (typeof id !== 'number') return null;
  if (id === 0) return { id };
  const isDrawn = typeof svg === 'string' && svg.length <= LARGEST_SVG && typeof width === 'number' && width > 0;
  if (isDrawn) return { id, svg, width };
  return { id, error: typeof error === 'string' ? error : '' };
}

/** The colours of the theme, for Mermaid’s own. */
function lookOfTheView(): Pick<DiagramRequest, 'isDark' | 'variables'> {
  const style = getComputedStyle(document.body);
  const colour = (name: string, otherwise: string): string => {
    const value = style.getPropertyValue(`--vscode-${name}`).trim();
    return /^#[\da-f]{6}$/i.test(value) ? value : otherwise;
  };
  const isDark = !document.body.className.includes('light');
  const foreground = colour('editor-foreground', isDark ? '#cccccc' : '#3b3b3b');
  const background = colour('editor-background', isDark ? '#1f1f1f' : '#ffffff');
  return {
    isDark,
    variables: {
      background,
      primaryColor: colour('editorWidget-background', background),
      primaryTextColor: foreground,
      primaryBorderColor: colour('focusBorder', foreground),
      lineColor: foreground,
      textColor: foreground,
      fontFamily: 'system-ui, sans-serif',
      fontSize: '13px',
    },
  };
}
