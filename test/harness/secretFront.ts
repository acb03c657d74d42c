import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';

export interface FrontOptions {
  /** Where people connect. */
  readonly port: number;
  /** The VS Code server behind. */
  readonly serverPort: number;
  /** Only who has it gets the key. */
  readonly token: string;
  /** Holds the key from one start to the next. */
  readonly keyFile: string;
}

/**
 * Stands before a VS Code server and adds what that leaves out: the key with which the page seals the
 * secrets that it stores. Without it an API key would be lost with every reload, where there is no keychain.
 */
export async function startSecretFront({ port, serverPort, token, keyFile }: FrontOptions): Promise<http.Server> {
  const key = Buffer.from(await readOrMake(keyFile, 32), 'hex');
  const server = http.createServer((request, response) => {
    if (request.method === 'POST' && request.url === '/mint-key') {
      if (hasToken(request, token)) response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(key);
      else response.writeHead(403).end();
      return;
    }
    const { method, url, headers } = request;
    const forwarded = http.request({ host: '127.0.0.1', port: serverPort, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    forwarded.on('error', () => response.destroy());
    request.pipe(forwarded);
  });
  server.on('upgrade', (request, socket, head) => {
    const upstream = net.connect(serverPort, '127.0.0.1', () => {
      const headers = request.rawHeaders.map((part, at) => (at % 2 === 0 ? `${part}: ` : `${part}\r\n`)).join('');
      upstream.write(`GET ${request.url ?? '/'} HTTP/1.1\r\n${headers}\r\n`);
      upstream.write(head);
      socket.pipe(upstream).pipe(socket);
    });
    for (const [end, other] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      end.on('error', () => other.destroy());
      end.on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}

/** Random bytes as hexadecimal text, the same from one start to the next; only the user can read them. */
export async function readOrMake(file: string, byteLength: number): Promise<string> {
  const kept = await readFile(file, 'utf8').catch(() => '');
  if (kept.length === 2 * byteLength) return kept;
  const made = randomBytes(byteLength).toString('hex');
  await writeFile(file, made, { mode: 0o600 });
  return made;
}

function hasToken(request: http.IncomingMessage, token: string): boolean {
  const given = /(?:^|;\s*)vscode-tkn=([^;]*)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
  return given.length === token.length && timingSafeEqual(Buffer.from(given), Buffer.from(token));
}
