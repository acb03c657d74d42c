import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type RequestListener, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fetchPage } from '../../../src/chat/attach/fetchPage.ts';
import { EgressGate } from '../../../src/privacy/egressGate.ts';
import { type PublicWeb, publicWeb } from '../../../src/privacy/publicWeb.ts';
import { resolveHost } from '../../../src/privacy/resolveHost.node.ts';

const page = `<html><head><title>Tides</title></head><body><main>${'High water is at noon. '.repeat(20)}</main></body></html>`;

describe('the text of a web page', () => {
  const asked: string[] = [];
  const servers: Server[] = [];
  let isLocalOnly = false;

  const serve = async (listener: RequestListener): Promise<string> => {
    const server = createServer((request, response) => {
      asked.push(`${request.headers.host ?? ''}${request.url ?? ''}`);
      listener(request, response);
    });
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  /** The way out as the product has it; names stand for what the test says, and are asked for at a server of the test. */
  const webWhere = (names: Readonly<Record<string, readonly string[]>>, at = ''): PublicWeb => {
    const fetchAt = (address: string, init: RequestInit): Promise<Response> => {
      const url = new URL(address);
      return fetch(url.hostname in names ? address.replace(url.host, at) : address, init);
    };
    const gate = new EgressGate(fetchAt, { begin: () => Promise.resolve(() => undefined) }, () => [
      { localOnly: isLocalOnly },
    ]);
    return publicWeb(
      gate.fetch,
      (host) => Promise.resolve(names[host] ?? []),
      () => isLocalOnly,
    );
  };
  const read = (web: PublicWeb, address: string) => fetchPage(web, address, new AbortController().signal);

  beforeEach(() => {
    asked.length = 0;
    isLocalOnly = false;
  });
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
    }
  });

  it('is what a reader reads of it, from the server that was named', async () => {
    const host = await serve((_request, response) => response.setHeader('content-type', 'text/html').end(page));
    const { title, text } = await read(webWhere({}), `http://${host}/tides#noon`);
    assert.equal(title, 'Tides');
    assert.match(text, /^http:\/\/127\.0\.0\.1:\d+\/tides\n\nHigh water/);
    assert.deepEqual(asked, [`${host}/tides`]);
  });

  it('is not got from one’s own network by a public page that leads there, by number or by name', async () => {
    const inner = await serve((_request, response) => response.end('router password'));
    for (const target of [`http://${inner}/admin`, 'http://inner.example/admin', 'http://router/', 'http://[::1]:1/']) {
      const outer = await serve((_request, response) => response.writeHead(302, { location: target }).end());
      const web = webWhere({ 'public.example': ['93.184.215.14'], 'inner.example': ['10.0.0.7'] }, outer);
      await assert.rejects(
        read(web, 'http://public.example/'),
        /public\.example leads to an address of your own network/,
      );
    }
    assert.ok(
      asked.every((each) => !each.startsWith(inner)),
      asked.join(', '),
    );
  });

  it('is got from where a page of the same host leads on to, but not without end', async () => {
    const host = await serve((request, response) => {
      if (request.url === '/new') response.setHeader('content-type', 'text/html').end(page);
      else response.writeHead(301, { location: request.url === '/loop' ? '/loop' : '/new' }).end();
    });
    assert.equal((await read(webWhere({}), `http://${host}/old`)).title, 'Tides');
    await assert.rejects(read(webWhere({}), `http://${host}/loop`), /leads on and on/);
  });

  const refused: [what: string, listener: RequestListener, why: RegExp][] = [
    ['an error', (_request, response) => response.writeHead(404).end(), /answered with 404/],
    [
      'a picture',
      (_request, response) => response.setHeader('content-type', 'image/png').end('x'),
      /no text but image/,
    ],
    [
      'what is too large',
      (_request, response) => response.setHeader('content-type', 'text/plain').end('x'.repeat(3_000_001)),
      /larger than 3 MB/,
    ],
    [
      'an empty page',
      (_request, response) => response.setHeader('content-type', 'text/html').end('<script>draw()</script>'),
      /shows no text/,
    ],
    ['a line that breaks', (request) => request.socket.destroy(), /cannot be reached/],
  ];
  for (const [what, listener, why] of refused) {
    it(`is refused with a sentence for ${what}`, async () => {
      const host = await serve(listener);
      await assert.rejects(read(webWhere({}), `http://${host}/`), why);
    });
  }

  it('looks up no name while nothing may leave this machine', async () => {
    isLocalOnly = true;
    let lookups = 0;
    const web = publicWeb(
      webWhere({}).fetch,
      () => {
        lookups++;
        return Promise.resolve([]);
      },
      () => isLocalOnly,
    );
    assert.equal(await web.isPrivate('https://public.example/'), false);
    await assert.rejects(read(web, 'https://public.example/'), /nothing beyond this machine/);
    assert.equal(lookups, 0);
  });

  it('knows what the system says that a name stands for, and takes a name that nobody knows', async () => {
    const web = publicWeb(webWhere({}).fetch, resolveHost, () => false);
    assert.ok((await resolveHost('localhost')).length > 0);
    assert.equal(await web.isPrivate('http://localhost:1/'), true);
    assert.deepEqual(await resolveHost('nobody.invalid'), []);
    assert.equal(await web.isPrivate('https://nobody.invalid/'), false);
    for (const addresses of [['10.0.0.1'], ['93.184.215.14', 'fd00::1'], ['::1'], ['169.254.169.254']]) {
      const named = publicWeb(
        web.fetch,
        () => Promise.resolve(addresses),
        () => false,
      );
      assert.equal(await named.isPrivate('https://public.example/'), true, addresses.join());
    }
  });
});
