import katex from 'katex';

// esbuild lays it beside this file.
const sheet = document.createElement('link');
sheet.rel = 'stylesheet';
sheet.href = new URL('katex.css', import.meta.url).href;
await new Promise((resolve) => {
  sheet.onload = resolve;
  sheet.onerror = resolve;
  document.head.append(sheet);
});

export { katex };
