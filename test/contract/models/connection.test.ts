import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { type AddressInfo, type Server, type Socket, createServer as createSocketServer } from 'node:net';
import { isSextantError } from '../../../src/base/errors.ts';
import { createChatModel } from '../../../src/models/createChatModel.ts';
import { type Endpoint, type HttpProtocol, normaliseAddress } from '../../../src/models/endpoint.ts';
import { listModels } from '../../../src/models/modelCatalog.ts';
import { defaultRobustness } from '../../../src/models/robustStream.ts';
import { type ModelServer, startModelServer } from '../../fixtures/modelServer.ts';

const KEY = 'sk-planted-0123456789abcdef';
const protocols: readonly HttpProtocol[] = ['openai', 'openai-compatible', 'anthropic', 'google', 'ollama'];

describe('a connection that does not come about', () => {
  const closing: (() => Promise<void>)[] = [];
  let server: ModelServer;

  before(async () => {
    server = await startModelServer();
    closing.push(() => server.close());
  });
  after(async () => {
    for (const close of closing) await close();
  });

  for (const protocol of protocols) {
    describe(protocol, () => {
      it('names the address of a server that does not run', async () => {
        const address = await freeAddress();
        const error = await failure(endpoint(protocol, address));
        assert.equal(error.data['kind'], 'network');
        assert.match(error.message, new RegExp(`not running: nothing answers at ${address}`));
      });

      it('names a host that nobody knows', async () => {
        const error = await failure(endpoint(protocol, 'http://nothing.invalid'));
        assert.match(error.message, /nothing\.invalid is not known/);
      }).timeout(10_000);

      it('suspects the scheme where https meets http', async () => {
        const error = await failure(endpoint(protocol, server.address.replace('http:', 'https:')));
        assert.match(error.message, /http:\/\/ or https:\/\//);
      });

      it('says so when a server speaks something else', async () => {
        const other = createSocketServer((socket) =>
          socket.on('error', () => undefined).end('220 mail.test ESMTP\r\n'),
        );
        const error = await failure(endpoint(protocol, await listen(other)));
        assert.equal(error.data['kind'], 'network');
        assert.match(error.message, /does not speak the protocol/);
      });

      it('follows no redirect, and carries the key nowhere', async () => {
        const elsewhere = await startModelServer();
        closing.push(() => elsewhere.close());
        const redirecting = createServer((request, response) => {
          response.writeHead(307, { location: elsewhere.address + (request.url ?? '') }).end();
        });
        const error = await failure(endpoint(protocol, await listen(redirecting)));
        assert.equal(error.data['kind'], 'bad-response');
        assert.match(error.message, new RegExp(`sends its visitors to ${elsewhere.address}`));
        assert.equal(elsewhere.requests.length, 0);
      });

      it('sends no key to a server that wants none', async () => {
        server.reset();
        const model = createChatModel(
          { ...endpoint(protocol, server.address), apiKey: null },
          { provider: 'acme', model: 'echo' },
        );
        const request = { system: '', messages: [{ role: 'user', text: 'Hello?' }] } as const;
        for await (const part of model.stream(request, new AbortController().signal)) assert.notEqual(part.type, 'x');
        const headers = server.generations[0]?.headers ?? {};
        for (const name of ['authorization', 'x-api-key', 'x-goog-api-key'])
          assert.equal(headers[name], undefined, name);
      });

      it('says which address is wrong', async () => {
        const error = await failure(endpoint(protocol, `${server.address}/somewhere/else`));
        assert.equal(error.data['kind'], 'not-found');
        assert.match(error.message, /nothing at this address/);
      });

      it('refuses a header that cannot be sent, without repeating it', async () => {
        const broken = { ...endpoint(protocol, server.address), headers: { 'x-note': 'planted\nvalue' } };
        const error = await failure(broken);
        assert.match(error.message, /The header “x-note” for Acme/);
        assert.ok(!error.message.includes('planted'));
      });
    });
  }

  for (const [protocol, address] of [
    ['openai', 'https://api.openai.com'],
    ['anthropic', 'https://api.anthropic.com'],
    ['google', 'https://generativelanguage.googleapis.com'],
  ] as const) {
    it(`sends nothing to ${protocol} without a key, and takes none from the environment`, async () => {
      process.env['OPENAI_API_KEY'] = process.env['ANTHROPIC_API_KEY'] = KEY;
      process.env['GOOGLE_GENERATIVE_AI_API_KEY'] = KEY;
      let isAsked = false;
      const fetchNothing = (): Promise<Response> => {
        isAsked = true;
        return Promise.reject(new TypeError('fetch failed'));
      };
      try {
        const keyless = { ...endpoint(protocol, address), apiKey: null, fetch: fetchNothing };
        const error = await chatFailure(keyless);
        assert.equal(error.data['kind'], 'auth');
        assert.match(error.message, /needs a key/);
        assert.equal(isAsked, false);
      } finally {
        for (const name of ['OPENAI_API_KEY', 'ANTHROPIC_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY'])
          delete process.env[name];
      }
    });
  }

  async function listen(other: Server): Promise<string> {
    const sockets = new Set<Socket>();
    other.on('connection', (socket) => sockets.add(socket));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    closing.push(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => other.close(resolve));
    });
    return `http://127.0.0.1:${String((other.address() as AddressInfo).port)}`;
  }
});

function endpoint(protocol: HttpProtocol, address: string): Endpoint {
  return {
    displayName: 'Acme',
    protocol,
    baseUrl: normaliseAddress(address, protocol),
    apiKey: KEY,
    headers: {},
    fetch,
  };
}

/** What both a question and a model list end with: the same kind of error, and never the key. */
async function failure(at: Endpoint): Promise<Error & { data: Readonly<Record<string, unknown>> }> {
  const listing = await thrownBy(listModels(at, new AbortController().signal));
  const error = await chatFailure(at);
  assert.equal(listing.data['kind'], error.data['kind'], `${listing.message} / ${error.message}`);
  assert.ok(!listing.message.includes(KEY));
  return error;
}

async function chatFailure(at: Endpoint): Promise<Error & { data: Readonly<Record<string, unknown>> }> {
  const model = createChatModel(at, { provider: 'acme', model: 'echo' }, { ...defaultRobustness, firstDelayMs: 1 });
  const request = { system: '', messages: [{ role: 'user', text: 'Hello?' }] } as const;
  const error = await thrownBy(
    (async () => {
      for await (const part of model.stream(request, new AbortController().signal)) assert.fail(part.type);
    })(),
  );
  assert.ok(!error.message.includes(KEY));
  return error;
}

async function thrownBy(work: Promise<unknown>): Promise<Error & { data: Readonly<Record<string, unknown>> }> {
  try {
    await work;
  } catch (error) {
    assert.ok(isSextantError(error), String(error));
    assert.equal(error.code, 'model');
    return error;
  }
  return assert.fail('nothing was thrown');
}

/** An address where nothing listens: the port was free a moment ago. */
async function freeAddress(): Promise<string> {
  const server = createSocketServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${String(port)}`;
}
