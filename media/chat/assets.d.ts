declare module '*.css';
/** The script of the frame that draws diagrams, as text: `esbuild.mjs` makes it of media/diagramFrame. */
declare module 'mermaid-frame' {
  export const frameScript: string;
}
