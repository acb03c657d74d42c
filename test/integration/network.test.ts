import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';
import { errorMessage } from '../../src/base/errors.ts';
import { createChatModel } from '../../src/models/createChatModel.ts';
import type { Endpoint } from '../../src/models/endpoint.ts';
import { type ModelServer, startModelServer } from '../fixtures/modelServer.ts';
import { WebProxy } from '../fixtures/webProxy.ts';
import { skipBecause } from '../harness/skip.ts';

const SIGN_IN = 'keeper:fog-horn-71';
const SECURE = 'https://models.test/v1';
const TUNNEL = 'CONNECT models.test:443';

interface Case {
  /** Of VS Code, besides its proxy. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly address?: string;
  /** What stands before the proxy's address; the proxy then wants to know who it is. */
  readonly signIn?: string;
  /** What the error says; left out where the model answers. */
  readonly says?: RegExp;
  /** What the proxy is asked first. */
  readonly asked: string | undefined;
}

const nodesOwn = { systemCertificates: false };
const cases: Readonly<Record<string, Case>> = {
  'http.proxy by a tunnel, with NODE_EXTRA_CA_CERTS': { settings: nodesOwn, asked: TUNNEL },
  'http.proxy without encryption': {
    settings: {},
    address: 'http://models.test/v1',
    asked: 'CONNECT models.test:80',
  },
  'http.proxy without the sign-in that it wants, for http.proxyAuthorization is for VS Code’s own requests': {
    settings: { ...nodesOwn, proxyAuthorization: `Basic ${Buffer.from(SIGN_IN).toString('base64')}` },
    signIn: '',
    says: /^The proxy between you and Harbour asks for a sign-in\. Set it in VS Code's “http\.proxy” setting\.$/,
    asked: TUNNEL,
  },
  'http.proxy with a sign-in': { settings: nodesOwn, signIn: SIGN_IN, asked: TUNNEL },
  'http.noProxy': {
    settings: { ...nodesOwn, noProxy: ['models.test'] },
    says: /^The name models\.test is not known to the network\./,
    asked: undefined,
  },
  'http.proxySupport': {
    settings: { ...nodesOwn, proxySupport: 'off' },
    says: /^The name models\.test is not known to the network\./,
    asked: undefined,
  },
  'http.systemCertificates': { settings: { systemCertificates: true, systemCertificatesNode: true }, asked: TUNNEL },
  'a certificate that nobody vouches for, also without http.proxyStrictSSL, which is for VS Code’s own requests': {
    settings: { systemCertificates: true, systemCertificatesNode: false, proxyStrictSSL: false },
    // VS Code goes on with what it has trusted for an address of a proxy.
    signIn: SIGN_IN,
    says: /^The certificate of models\.test is not trusted/,
    asked: TUNNEL,
  },
};

describe('A model behind the network that VS Code is told of', () => {
  const closing: (() => Promise<void>)[] = [];
  let server: ModelServer;
  let proxy: WebProxy;

  before(async function () {
    const { NODE_EXTRA_CA_CERTS: certFile = '', SEXTANT_TEST_AUTHORITY_KEY: keyFile } = process.env;
    if (keyFile === undefined) skipBecause(this, 'this VS Code was started without a certificate of the test’s');
    const [cert, key] = await Promise.all([readFile(certFile), readFile(keyFile)]);
    server = await startModelServer();
    proxy = new WebProxy(server.address, { cert, key });
    await proxy.open();
    closing.push(
      () => proxy.close(),
      () => server.close(),
    );
  });
  beforeEach(() => {
    proxy.asked.length = 0;
    server.reset();
  });
  after(async () => {
    for (const close of closing) await close();
  });

  for (const [what, { settings, address = SECURE, signIn, says, asked }] of Object.entries(cases)) {
    it(`is asked as it should be: ${what}`, async function () {
      const known = vscode.workspace.getConfiguration('http');
      if (!Object.keys(settings).every((key) => known.has(key)))
        skipBecause(this, 'this VS Code does not have the setting');
      proxy.signIn = signIn === undefined ? null : SIGN_IN;
      const all = { proxy: proxy.address(signIn), ...settings };
      await configure(all);
      try {
        const said = await ask(address).catch(errorMessage);
        assert.match(said, says ?? /Who goes there\?/);
        assert.equal(proxy.asked[0], asked);
        assert.equal(server.generations.length, says === undefined ? 1 : 0);
      } finally {
        await configure(Object.fromEntries(Object.keys(all).map((key) => [key, undefined])));
      }
    });
  }
});

async function configure(settings: Readonly<Record<string, unknown>>): Promise<void> {
  const http = vscode.workspace.getConfiguration('http');
  for (const [key, value] of Object.entries(settings)) await http.update(key, value, true);
}

/** Through the `fetch` that VS Code gives its extensions. */
async function ask(baseUrl: string): Promise<string> {
  const endpoint: Endpoint = {
    displayName: 'Harbour',
    protocol: 'openai-compatible',
    baseUrl,
    apiKey: null,
    headers: {},
    fetch: (address, init) => fetch(address, init),
  };
  const question = { system: '', messages: [{ role: 'user', text: 'Who goes there?' }] } as const;
  let answer = '';
  const { signal } = new AbortController();
  const model = createChatModel(endpoint, { provider: 'openai-compatible', model: 'echo-large' });
  for await (const part of model.stream(question, signal)) if (part.type === 'text-delta') answer += part.text;
  return answer;
}
