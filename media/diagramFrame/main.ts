import type { DiagramReply, DiagramRequest } from '../chat/markdown/diagramPainter.ts';

interface Mermaid {
  initialize(configuration: object): void;
  render(id: string, source: string): Promise<{ svg: string }>;
}

const { mermaid } = globalThis as unknown as { mermaid: Mermaid };

allowStyles(document.currentScript?.nonce ?? '');

const reply = (message: DiagramReply): void => {
  parent.postMessage(message, '*');
};

globalThis.addEventListener('message', (event: MessageEvent<DiagramRequest>) => {
  if (event.source !== parent) return;
  const { id, source, isDark, variables } = event.data;
  mermaid.initialize({
    startOnLoad: false,
    // What Mermaid’s stricter levels keep out of a page, an image has no use for: it runs, loads and follows nothing. Their
    // last pass parses the picture once more, and the policy holds back each style that it meets there.
    securityLevel: 'loose',
    secure: ['secure', 'securityLevel', 'startOnLoad', 'maxTextSize', 'maxEdges', 'htmlLabels', 'themeCSS'],
    htmlLabels: false,
    flowchart: { htmlLabels: false },
    class: { htmlLabels: false },
    maxTextSize: 20_000,
    maxEdges: 300,
    suppressErrorRendering: true,
    theme: 'base',
    themeVariables: { darkMode: isDark, ...variables },
  });
  mermaid
    .render(`diagram-${id}`, source)
    .then(({ svg }) => ({ id, ...sized(svg) }))
    .catch((error: unknown) => ({ id, error: String(error) }))
    .then(reply, () => undefined);
});
reply({ id: 0 });

/**
 * The frame has the view’s policy, which lets in no inline style but what bears its nonce. Mermaid writes one `style`
 * element for each diagram, and `style` attributes, for which no policy has a nonce; what a script sets as properties
 * is not held back.
 */
function allowStyles(nonce: string): void {
  around(document, 'createElement', (create) => {
    const element = create();
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  });
  around(Element.prototype, 'setAttribute', (set, element, [name, value]) => {
    const isStyled = element instanceof SVGElement || element instanceof HTMLElement;
    if (name === 'style' && isStyled) element.style.cssText = String(value);
    else set();
  });
}

/** Has a method of the page’s own called by `change`, which is given the call, its `this` and its parameters. */
function around(
  owner: object,
  name: string,
  change: (call: () => unknown, self: unknown, parameters: readonly unknown[]) => unknown,
): void {
  const method = Reflect.get(owner, name) as (...parameters: unknown[]) => unknown;
  Reflect.set(owner, name, function changed(this: unknown, ...parameters: unknown[]) {
    return change(() => Reflect.apply(method, this, parameters), this, parameters);
  });
}

/** Mermaid’s pictures are as wide as what they stand in; an image has a size. */
function sized(svg: string): { readonly svg: string; readonly width: number } {
  const open = /^<svg[^>]*>/.exec(svg)?.[0] ?? '';
  const box = /\sviewBox="([^"]*)"/.exec(open)?.[1] ?? '';
  const [, , width = 0, height = 0] = box.split(/[\s,]+/).map(Number);
  if (!(width > 0 && height > 0)) throw new Error('no picture');
  const own = open.replaceAll(/\s(?:width|height)="[^"]*"/g, '').slice('<svg'.length);
  return { svg: `<svg width="${width}" height="${height}"${own}${svg.slice(open.length)}`, width: Math.ceil(width) };
}
