import { type Texts, useLanguage } from '../../src/base/texts.ts';
import { textsElement } from '../../src/protocol/webviewPage.ts';

/** Has the page speak the language that came with its HTML: the first thing that it does. */
export function usePageLanguage(): void {
  const texts = document.getElementById(textsElement)?.textContent;
  if (texts !== undefined) useLanguage(document.documentElement.lang, JSON.parse(texts) as Texts);
}
