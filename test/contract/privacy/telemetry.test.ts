import assert from 'node:assert/strict';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readAll } from 'node:stream/consumers';
import type { Caller } from '../../../src/base/rpc.ts';
import { EgressGate, type Fetch } from '../../../src/privacy/egressGate.ts';
import { EgressLedger } from '../../../src/privacy/egressLedger.ts';
import { withOwnHeaders } from '../../../src/privacy/ownHeaders.ts';
import type { Policy } from '../../../src/privacy/policy.ts';
import { HOLD_MS, TelemetrySender } from '../../../src/privacy/telemetrySender.ts';
import type { StoreContract, UsageEvent } from '../../../src/protocol/store.ts';
import { StoreFolder } from '../../unit/storage/storeFixture.ts';

interface Received {
  readonly path: string;
  readonly type: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
}

interface LogRecord {
  readonly timeUnixNano: string;
  readonly body: { readonly stringValue: string };
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
}

const NOW = 1_790_000_000_000;

describe('Telemetry', function () {
  this.timeout(30_000);
  const received: Received[] = [];
  const warnings: string[] = [];
  const log = { warn: (message: string) => void warnings.push(message) };
  let status = 200;
  let server: Server;
  let address: string | undefined;
  let policies: readonly Policy[] = [];
  let folder: StoreFolder;
  let store: Caller<StoreContract>;
  let ledger: EgressLedger;

  before(async () => {
    server = createServer((request, response) => {
      void readAll(request).then((body) => {
        received.push({
          path: request.url ?? '',
          type: request.headers['content-type'],
          authorization: request.headers.authorization,
          body,
        });
        response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  beforeEach(() => {
    received.length = 0;
    warnings.length = 0;
    status = 200;
    policies = [];
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/otel/`;
    folder = new StoreFolder();
    store = folder.open();
    ledger = new EgressLedger((requests) => store.call('egress.save', { requests }), log);
  });
  afterEach(() => folder.dispose());
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  function sender(window = store, through: (send: Fetch) => Fetch = (send) => send): TelemetrySender {
    const gate = new EgressGate(fetch, ledger, () => policies);
    return new TelemetrySender({
      store: window,
      fetch: through(gate.fetch),
      address: () => address,
      version: '9.8.7',
      log,
    });
  }

  function shown(at: number, latencyMs = 120): UsageEvent {
    return { type: 'completionShown', payload: { model: 'ollama/qwen', latencyMs, share: 0.5 }, at };
  }

  async function record(...events: readonly UsageEvent[]): Promise<void> {
    await store.call('user.setTelemetryOptIn', { optIn: true });
    assert.equal(await store.call('usage.add', { events }), events.length);
  }

  function sentTimes(): number[] {
    return received.flatMap(({ body }) => records(body).map(({ timeUnixNano }) => Number(timeUnixNano) / 1e6));
  }

  it('is neither recorded nor sent until the user has said so', async () => {
    assert.equal(await store.call('usage.add', { events: [shown(NOW - 2 * HOLD_MS)] }), 0);
    assert.equal(await sender().send(NOW), 0);
    assert.deepEqual([await store.call('usage.count', null), received], [0, []]);
  });

  it('is only recorded where no address is set', async () => {
    await record(shown(NOW - 2 * HOLD_MS));
    address = undefined;
    assert.equal(await sender().send(NOW), 0);
    assert.deepEqual(received, []);
    assert.equal((await store.call('usage.waiting', { until: NOW })).length, 1);
  });

  it('is sent a day later, once, as logs of OpenTelemetry, and the ledger has it', async () => {
    await record(shown(NOW - 2 * HOLD_MS), shown(NOW - HOLD_MS), shown(NOW - HOLD_MS + 1));
    assert.equal(await sender().send(NOW), 2);
    assert.equal(await sender().send(NOW), 0);
    const [request, ...others] = received;
    assert.ok(request);
    assert.deepEqual([request.path, request.type, others], ['/otel/v1/logs', 'application/json', []]);
    assert.deepEqual(records(request.body)[0], {
      timeUnixNano: `${NOW - 2 * HOLD_MS}000000`,
      severityNumber: 9,
      severityText: 'INFO',
      eventName: 'sextant.completionShown',
      body: { stringValue: 'completionShown' },
      attributes: [
        { key: 'model', value: { stringValue: 'ollama/qwen' } },
        { key: 'latencyMs', value: { intValue: '120' } },
        { key: 'share', value: { doubleValue: 0.5 } },
      ],
    });
    const { resource } = (JSON.parse(request.body) as { resourceLogs: { resource: unknown }[] }).resourceLogs[0] ?? {};
    // Nothing in it tells who or where from.
    assert.deepEqual(resource, {
      attributes: [
        { key: 'service.name', value: { stringValue: 'sextant' } },
        { key: 'service.version', value: { stringValue: '9.8.7' } },
      ],
    });
    await ledger.flush();
    const rows = await store.call('egress.list', { since: 0, limit: 10 });
    assert.deepEqual(
      rows.map(({ purpose, address: to, bytesOut }) => [purpose, to, bytesOut]),
      [['telemetry', `${address ?? ''}v1/logs`, Buffer.byteLength(request.body)]],
    );
    // What can be read before is what goes then.
    assert.equal((await store.call('usage.waiting', { until: NOW })).length, 1);
    assert.equal(await sender().send(NOW + 1), 1);
    assert.deepEqual(sentTimes().sort(), [NOW - 2 * HOLD_MS, NOW - HOLD_MS, NOW - HOLD_MS + 1]);
  });

  it('waits where the server refuses it, and goes when it takes it again', async () => {
    await record(shown(NOW - 2 * HOLD_MS));
    status = 503;
    assert.equal(await sender().send(NOW), 0);
    assert.match(warnings.join(), /could not be sent: the server answered 503/);
    status = 200;
    assert.equal(await sender().send(NOW), 1);
  });

  it('carries the headers that its server demands, with a key that no ledger and no log has', async () => {
    const key = 'planted-$&-key';
    const asked: string[] = [];
    let answer = (): Promise<string> => Promise.resolve(key);
    const through = (send: Fetch): Fetch =>
      withOwnHeaders(
        send,
        () => ({ Authorization: 'Bearer ${key}', 'X-Team': 'harbour' }),
        (origin) => {
          asked.push(origin);
          return answer();
        },
      );
    await record(shown(NOW - 2 * HOLD_MS));
    assert.equal(await sender(store, through).send(NOW), 1);
    assert.deepEqual([received[0]?.authorization, received[0]?.type], [`Bearer ${key}`, 'application/json']);
    assert.deepEqual(asked, [new URL(address ?? '').origin]);
    await ledger.flush();
    const rows = JSON.stringify(await store.call('egress.list', { since: 0, limit: 10 }));
    assert.ok(rows.includes('telemetry') && !rows.includes(key));
    // Without its key it waits.
    answer = () => Promise.reject(new Error('no key is stored'));
    await record(shown(NOW - HOLD_MS));
    assert.equal(await sender(store, through).send(NOW), 0);
    assert.match(warnings.join(), /no key is stored/);
    assert.ok(!warnings.join().includes(key));
    assert.deepEqual([received.length, (await store.call('usage.waiting', { until: NOW })).length], [1, 1]);
  });

  it('goes nowhere that a policy does not allow', async () => {
    await record(shown(NOW - 2 * HOLD_MS));
    address = 'https://otel.test:4318';
    policies = [{ allowedAddresses: ['other.test'] }];
    assert.equal(await sender().send(NOW), 0);
    assert.match(warnings.join(), /otel\.test:4318 is not among the addresses/);
    assert.equal((await store.call('usage.waiting', { until: NOW })).length, 1);
  });

  it('is sent by one of two windows, all of it', async () => {
    const events = Array.from({ length: 2_300 }, (_, at) => shown(NOW - 2 * HOLD_MS + Math.floor(at / 3), at));
    for (let at = 0; at < events.length; at += 500) await record(...events.slice(at, at + 500));
    const sent = await Promise.all([sender().send(NOW), sender(folder.open()).send(NOW)]);
    assert.equal(sent[0] + sent[1], events.length);
    const latencies = received.flatMap(({ body }) => records(body).map((each) => JSON.stringify(each.attributes[1])));
    assert.equal(latencies.length, events.length);
    assert.equal(new Set(latencies).size, events.length);
  });

  it('is deleted when the user wants it, and that is written down', async () => {
    await record(shown(NOW), shown(NOW + 1));
    assert.equal(await store.call('usage.purge', null), 2);
    assert.equal(await store.call('usage.count', null), 0);
    const [entry] = await store.call('audit.list', { limit: 1 });
    assert.deepEqual(
      [entry?.action, entry?.subject, entry?.detail],
      ['data purged', 'events of use', { usageEvents: 2 }],
    );
  });
});

function records(body: string): LogRecord[] {
  const { resourceLogs } = JSON.parse(body) as { resourceLogs: { scopeLogs: { logRecords: LogRecord[] }[] }[] };
  return resourceLogs.flatMap(({ scopeLogs }) => scopeLogs.flatMap(({ logRecords }) => logRecords));
}
