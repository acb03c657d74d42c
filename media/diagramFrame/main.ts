import type { DiagramReply, DiagramRequest } from '../chat/markdown/diagramPainter.ts';

interface Mermaid {
  initialize(configuration: object): void;
  render(id: string, source: string): Promise<{ svg: string }>;
}

const { mermaid } = globalThis as unknown as { mermaid: Mermaid };

const reply = (message: DiagramReply): void => {
  parent.postMessage(message, '*');
};

globalThis.addEventListener('message', (event: MessageEvent<DiagramRequest>) => {
  if (event.source !== parent) return;
  const { id, source, isDark, variables } = event.data;
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: 'strict',
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
  mermaid.render(`diagram-${id}`, source).then(
    ({ svg }) => {
      reply({ id, svg });
    },
    (error: unknown) => {
      reply({ id, error: String(error) });
    },
  );
});
reply({ id: 0 });
