import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import { Service } from '../../src/base/service.ts';
import type { Clock } from '../../src/completion/clock.ts';
import { extensionId, settings } from '../../src/manifest.ts';
import type { StoreContract } from '../../src/protocol/store.ts';
import { maintenanceSetting } from '../../src/storage/archive/maintenanceRecord.ts';
import { startStoreWorker } from '../../src/storage/startStoreWorker.node.ts';
import { MaintenanceSchedule } from '../../src/vscode/maintenanceSchedule.ts';
import { AGREED_DAYS, Retention } from '../../src/vscode/retention.ts';
import { exported } from '../fixtures/exportedChats.ts';

const MINUTE_MS = 60_000;

/** Time that passes when the test says so. */
class TestClock implements Clock {
  #nowMs = 0;
  #waiting: { readonly atMs: number; readonly callback: () => void }[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const entry = { atMs: this.#nowMs + delayMs, callback };
    this.#waiting.push(entry);
    return () => {
      this.#waiting = this.#waiting.filter((other) => other !== entry);
    };
  }

  pass(ms: number): void {
    this.#nowMs += ms;
    const due = this.#waiting.filter(({ atMs }) => atMs <= this.#nowMs);
    this.#waiting = this.#waiting.filter((entry) => !due.includes(entry));
    for (const { callback } of due) callback();
  }
}

describe('Maintenance by itself, in the extension host', () => {
  let directory: string;
  let store: Service<StoreContract>;
  let schedule: MaintenanceSchedule;
  let retention: Retention;
  let clock: TestClock;
  const lines: string[] = [];

  before(async () => {
    const extension = vscode.extensions.getExtension(extensionId);
    assert.ok(extension !== undefined);
    const assetDirectory = path.join(extension.extensionPath, 'dist');
    directory = await mkdtemp(path.join(os.tmpdir(), 'sextant-maintenance-'));
    const place = { directory: path.join(directory, 'store'), assetDirectory };
    store = new Service<StoreContract>('store', () => startStoreWorker(place, () => Promise.resolve(null)));
    clock = new TestClock();
    const write = (line: string): void => void lines.push(line);
    const log = { debug: write, info: write, warn: write, error: write };
    retention = new Retention(store, log, clock);
    schedule = new MaintenanceSchedule(store, log, clock, retention);
    const file = path.join(directory, 'chats.json');
    const old = 24 * 40;
    const chats = exported([
      { title: 'Old', hoursAgo: old },
      { title: 'Old and pinned', hoursAgo: old, isPinned: true },
      { title: 'Of this month', hoursAgo: 24 * 25 },
      { title: 'Of today', hoursAgo: 1 },
    ]);
    await writeFile(file, JSON.stringify(chats));
    await store.call('library.import', { file, dryRun: false });
    await configure(30);
  });

  after(async () => {
    await configure(undefined);
    schedule.dispose();
    retention.dispose();
    await store.call('close', null);
    store.dispose();
    await rm(directory, { recursive: true, maxRetries: 10 });
  });

  function configure(days: number | undefined): Thenable<void> {
    const configuration = vscode.workspace.getConfiguration();
    return configuration.update(settings.retentionDays, days, vscode.ConfigurationTarget.Global);
  }

  async function titles(): Promise<string[]> {
    return (await store.call('conversations.list', { limit: 10 })).map(({ title }) => title).sort();
  }

  async function backups(): Promise<string[]> {
    const folder = path.join(directory, 'backups');
    return existsSync(folder) ? (await readdir(folder)).filter((name) => name.endsWith('.gz')) : [];
  }

  it('waits while somebody writes', async () => {
    const changed = new Promise<void>((resolve) => {
      store.on('changed', () => {
        resolve();
      });
    });
    clock.pass(4 * MINUTE_MS);
    await store.call('folders.create', { id: 'work', name: 'Work', parentId: null });
    await changed;
    clock.pass(MINUTE_MS);
    // Had it begun, its write would come before this one.
    await store.call('folders.rename', { id: 'work', name: 'Works' });
    assert.deepEqual(await titles(), ['Of this month', 'Of today', 'Old', 'Old and pinned']);
    assert.deepEqual([await backups(), lines], [[], []]);
  });

  it('makes the backup of the day, and deletes nothing for its age before somebody has agreed', async () => {
    clock.pass(5 * MINUTE_MS);
    while ((await store.call('backups.list', null)).backups.length === 0) await delay(50);
    assert.deepEqual(await titles(), ['Of this month', 'Of today', 'Old', 'Old and pinned']);
    const { backups: listed } = await store.call('backups.list', null);
    assert.deepEqual(
      listed.map(({ kind, counts }) => [kind, counts.conversations]),
      [['daily', 4]],
    );
    while (!lines.some((line) => line.includes('backup'))) await delay(50);
  });

  it('deletes chats that are too old once somebody has agreed, unless they are pinned', async () => {
    await store.call('settings.set', { key: AGREED_DAYS, value: 30 });
    // Maintenance believes a clock that it has seen go on for a day.
    const key = maintenanceSetting;
    const record = (await store.call('settings.get', { key })) as Record<string, unknown>;
    const seen = { seenAt: Date.now(), steadySince: Date.now() - 2 * 24 * 60 * MINUTE_MS, believedAt: Date.now() };
    await store.call('settings.set', { key, value: { ...record, clock: seen } });
    while (!lines.some((line) => line.includes('retention: 1 unpinned chat older than 30 days was deleted'))) {
      clock.pass(5 * MINUTE_MS);
      await delay(200);
    }
    assert.deepEqual(await titles(), ['Of this month', 'Of today', 'Old and pinned']);
  });

  it('asks again for less time, not for more, and again after all was to be kept', async () => {
    for (const [days, agreed] of [
      [60, 60],
      [20, 0],
      [0, 0],
      [20, 0],
    ] as const) {
      await configure(days);
      assert.equal(await retention.agreedDays(), agreed, `${days} days`);
    }
    await configure(30);
    await store.call('settings.set', { key: AGREED_DAYS, value: 30 });
    assert.equal(await retention.agreedDays(), 30);
  });

  it('does neither again on the same day', async () => {
    clock.pass(5 * MINUTE_MS);
    const options = { retentionDays: 30, backsUp: true, occasion: 'idle' } as const;
    // The space of what was deleted is given back by the run after; while the schedule is at that, this is put off.
    const done = new Set<string>();
    for (let isOver = false; !isOver;) {
      const { steps } = await store.call('maintenance.run', options);
      for (const { name, outcome } of steps) if (outcome === 'done') done.add(name);
      isOver = steps.every(({ outcome }) => outcome === 'not due');
    }
    assert.deepEqual(
      [...done].filter((name) => name !== 'free space'),
      [],
    );
    assert.equal((await backups()).length, 1);
  });
});
