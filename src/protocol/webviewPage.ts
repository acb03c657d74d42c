import type { Texts } from '../base/texts.ts';

/** The id of the element that holds the page's texts, as JSON. */
export const textsElement = 'texts';

/** What the page of a view is made of; the addresses are the webview's own. */
export interface WebviewPage {
  /** `webview.cspSource`: the origins that files of the extension are served from. */
  readonly cspSource: string;
  /** A fresh random word for each page; only the script that bears it runs, and only such inline styles are there. */
  readonly nonce: string;
  readonly scriptUri: string;
  readonly styleUri: string;
  readonly codiconUri: string;
  /** The language of its texts, for `Intl` too. */
  readonly lang: string;
  /** What that language says for the English texts; undefined in English. */
  readonly texts: Texts | undefined;
  readonly title: string;
  /** Whether it shows pictures: such as are in the page itself, and from nowhere else. */
  readonly hasPictures: boolean;
}

/**
 * The HTML of a view. Its policy lets in one script by its nonce, the extension's own styles
 * and icon font, and nothing else: no images but those that are in the page, no connections, no forms, no inline
 * styles. Where there are pictures, the frame that draws diagrams has this policy too: its styles bear the nonce.
 */
export function webviewPageHtml(page: WebviewPage): string {
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${page.nonce}'`,
    `style-src ${page.cspSource}${page.hasPictures ? ` 'nonce-${page.nonce}'` : ''}`,
    ...(page.hasPictures ? ['img-src data:'] : []),
    `font-src ${page.cspSource}`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
  const [lang, title, script, style, codicon] = [
    page.lang,
    page.title,
    page.scriptUri,
    page.styleUri,
    page.codiconUri,
  ].map(attribute);
  // Data, not a script: the policy has no say in it, and the page need not ask before it draws.
  const texts =
    page.texts === undefined
      ? ''
      : `<script type="application/json" id="${textsElement}">${JSON.stringify(page.texts).replaceAll('<', '\\u003c')}</script>\n`;
  // The id is where vscode-elements finds the icon font for its shadow roots.
  return `<!DOCTYPE html>
<html lang="${lang}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="${codicon}" id="vscode-codicon-stylesheet">
<link rel="stylesheet" href="${style}">
</head>
<body>
<div id="app"></div>
${texts}<script type="module" nonce="${attribute(page.nonce)}" src="${script}"></script>
</body>
</html>
`;
}

function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
