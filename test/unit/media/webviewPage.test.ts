import assert from 'node:assert/strict';
import { webviewPageHtml } from '../../../src/protocol/webviewPage.ts';

describe('webviewPageHtml', () => {
  const page = {
    cspSource: 'https://*.vscode-cdn.net',
    nonce: 'abc',
    scriptUri: 'https://a.example/main.js',
    styleUri: 'https://a.example/main.css',
    codiconUri: 'https://a.example/codicon.css',
    lang: 'de',
    texts: undefined,
    title: 'Chat',
    hasPictures: false,
  };

  it('lets in its script by nonce, its styles and its font, and nothing else', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(webviewPageHtml(page))?.[1];
    assert.deepEqual(policy?.split('; '), [
      "default-src 'none'",
      "script-src 'nonce-abc'",
      'style-src https://*.vscode-cdn.net',
      'font-src https://*.vscode-cdn.net',
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  it('shows pictures only where it says so, and only such as are in the page', () => {
    const html = webviewPageHtml({ ...page, hasPictures: true });
    assert.match(html, /; img-src data:;/);
    assert.match(html, /; style-src https:\/\/\*\.vscode-cdn\.net 'nonce-abc';/);
    assert.doesNotMatch(webviewPageHtml(page), /img-src/);
  });

  it('has no inline script or style', () => {
    assert.doesNotMatch(webviewPageHtml(page), /<style|style=|<script(?![^>]*src=)|\son\w+=/);
  });

  it('escapes what it is given', () => {
    const html = webviewPageHtml({ ...page, title: '</title><script>', lang: '"><script>' });
    assert.equal(html.match(/<script/g)?.length, 1);
  });

  it('carries the texts of its language as data', () => {
    const texts = { Send: '</script><script src="x">', 'A & B': '„A & B“' };
    const html = webviewPageHtml({ ...page, texts });
    const [, data = ''] = /<script type="application\/json" id="texts">(.*?)<\/script>/.exec(html) ?? [];
    assert.deepEqual(JSON.parse(data), texts);
    assert.equal(html.match(/<script/g)?.length, 2);
  });

  it('names the language, and the icon font where vscode-elements looks for it', () => {
    assert.match(webviewPageHtml(page), /<html lang="de">/);
    assert.match(webviewPageHtml(page), /href="https:\/\/a\.example\/codicon\.css" id="vscode-codicon-stylesheet"/);
  });
});
