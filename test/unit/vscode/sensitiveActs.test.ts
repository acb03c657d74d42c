import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { commands, settings } from '../../../src/manifest.ts';
import type { AuditAction } from '../../../src/protocol/archive.ts';
import { sensitiveSettings } from '../../../src/vscode/sensitiveSettings.ts';
import { projectRoot } from '../../harness/project.ts';

/** What a name has in it that has to do with keys, what is given out, what is deleted and what is ruled. */
const SENSITIVE =
  /key|privacy|telemetry|export|import|clear|delete|purge|encrypt|recovery|polic|allowed|endpoint|header|retention|restore|localOnly|provider/i;

/** What each such command writes down; an empty list for one that only shows, asks, or leads to one that does. */
const acts: Readonly<Record<string, readonly AuditAction[]>> = {
  setUpProvider: ['key stored', 'key deleted', 'endpoint changed'],
  manageProviders: [],
  setKey: ['key stored'],
  deleteKey: ['key deleted'],
  showKeys: [],
  restoreBackup: ['backup restored'],
  exportChats: ['data exported'],
  importChats: ['data imported'],
  clearData: ['data purged'],
  exportAuditLog: ['data exported'],
  encryptStore: ['encryption switched'],
  stopEncryptingStore: ['encryption switched'],
  // Opens what is there.
  enterRecoveryCode: [],
  // What it clears are comments beside lines.
  clearReview: [],
  exportUsage: ['data exported'],
  exportRequests: ['data exported'],
  switchLocalOnly: ['local only switched'],
  switchTelemetry: ['telemetry switched'],
  showTelemetry: [],
  storeTelemetryKey: ['key stored', 'key moved', 'key deleted'],
  showPrivacy: [],
};

/** Written by nothing that has a name of its own: buttons of the page about providers, and settings. */
const besides: readonly AuditAction[] = ['key moved', 'key command changed', 'privacy setting changed'];

/** Sensitive by their names alone. */
const harmlessSettings = ['sextant.index.embeddingModel'];

describe('Every sensitive act', () => {
  it('that is a command is known here, with what it writes down', () => {
    const named = Object.keys(commands).filter((name) => SENSITIVE.test(name));
    assert.deepEqual(named.sort(), Object.keys(acts).sort());
  });

  it('that is a setting is written down when it changes', () => {
    const watched = new Set<string>(sensitiveSettings.map(([, setting]) => setting));
    const named = Object.values(settings).filter((id) => SENSITIVE.test(id) && !harmlessSettings.includes(id));
    assert.deepEqual(
      named.filter((id) => !watched.has(id)),
      [],
    );
  });

  it('has an entry that some code writes, and the log knows none besides', () => {
    const known = new Set<AuditAction>([...besides, ...Object.values(acts).flat()]);
    const sources = readdirSync(path.join(projectRoot, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('auditLog.ts'))
      .map((file) => readFileSync(path.join(projectRoot, 'src', file), 'utf8'));
    const written = sources.flatMap((source) =>
      [...source.matchAll(/(?:audit\.add\(|action: |\[)'([a-z ]+)'[,\]]/gu)].map(([, action = '']) => action),
    );
    const unwritten = [...known].filter((action) => !written.includes(action));
    assert.deepEqual(unwritten, []);
    const type = sources.find((source) => source.includes('export type AuditAction ='))?.split(';')[0] ?? '';
    const typed = [...type.matchAll(/\| '([a-z ]+)'/gu)].map(([, action = '']) => action);
    assert.deepEqual(typed.sort(), [...known].sort());
  });
});
