import assert from 'node:assert/strict';
import { chatPageHtml } from '../../../src/protocol/chatPage.ts';

describe('chatPageHtml', () => {
  const page = {
    cspSource: 'https://*.vscode-cdn.net',
    nonce: 'abc',
    scriptUri: 'https://a.example/main.js',
    styleUri: 'https://a.example/main.css',
    codiconUri: 'https://a.example/codicon.css',
    lang: 'de',
    title: 'Chat',
  };

  it('lets in its script by nonce, its styles and its font, and nothing else', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(chatPageHtml(page))?.[1];
    assert.deepEqual(policy?.split('; '), [
      "default-src 'none'",
      "script-src 'nonce-abc'",
      'style-src https://*.vscode-cdn.net',
      'font-src https://*.vscode-cdn.net',
      "base-uri 'none'",
      "form-action 'none'",
    ]);
  });

  it('has no inline script or style', () => {
    assert.doesNotMatch(chatPageHtml(page), /<style|style=|<script(?![^>]*src=)|\son\w+=/);
  });

  it('escapes what it is given', () => {
    const html = chatPageHtml({ ...page, title: '</title><script>', lang: '"><script>' });
    assert.equal(html.match(/<script/g)?.length, 1);
  });

  it('names the language, and the icon font where vscode-elements looks for it', () => {
    assert.match(chatPageHtml(page), /<html lang="de">/);
    assert.match(chatPageHtml(page), /href="https:\/\/a\.example\/codicon\.css" id="vscode-codicon-stylesheet"/);
  });
});
