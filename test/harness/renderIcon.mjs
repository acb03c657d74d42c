// Draws media/icons/sextant.png, the marketplace's icon, from its SVG: `node test/harness/renderIcon.mjs`, under Node 24.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { launchBrowser } from './browser.ts';

const SIZE_PX = 128;
const icons = path.join(import.meta.dirname, '../../media/icons');
const svg = await readFile(path.join(icons, 'sextant-color.svg'), 'utf8');
const browser = await launchBrowser();
try {
  const page = await browser.newPage({ viewport: { width: SIZE_PX, height: SIZE_PX } });
  await page.setContent(`<body style="margin:0">${svg}</body>`);
  await page.screenshot({ path: path.join(icons, 'sextant.png'), omitBackground: true });
} finally {
  await browser.close();
}
