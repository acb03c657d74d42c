#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { errorMessage, isAbort, isSextantError } from '../base/errors.ts';
import { addApplyCommand } from './applyCommand.ts';
import { addAskCommand } from './askCommand.ts';
import { addBackupCommand } from './backupCommand.ts';
import { addCompleteCommand } from './completeCommand.ts';
import { addDoctorCommand } from './doctorCommand.ts';
import { addExportCommand } from './exportCommand.ts';
import { addHistoryCommand } from './historyCommand.ts';
import { addImportCommand } from './importCommand.ts';
import { addIndexCommand } from './indexCommand.ts';
import { UsageError } from './options.ts';
import { addMapCommand } from './mapCommand.ts';
import { addRestoreCommand } from './restoreCommand.ts';
import { addSearchCommand } from './searchCommand.ts';
import { addUsageCommand } from './usageCommand.ts';
import type { Surroundings } from './surroundings.ts';
import { createTerminal, flush } from './terminal.ts';

/** Exit codes: all went well, it failed, the command line was wrong. A signal adds its number to 128. */
const SUCCESS = 0;
const FAILURE = 1;
const USAGE = 2;

const INTERRUPTED = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
/** How long a command may take to put things in order after an interruption. */
const UNWIND_MS = 3_000;

void main();

async function main(): Promise<void> {
  const { stdout, stderr } = process;
  const stop = new AbortController();
  let interruptedCode: number | undefined;
  const interrupt = (code: number): void => {
    // Asked twice, or not ended in time: the store is made for being killed.
    if (interruptedCode !== undefined) process.exit(interruptedCode);
    interruptedCode = code;
    stop.abort();
    setTimeout(() => process.exit(code), UNWIND_MS).unref();
  };
  for (const [signal, code] of Object.entries(INTERRUPTED)) {
    process.on(signal, () => {
      interrupt(code);
    });
  }
  // Whoever reads has gone, as `head` does when it has its lines: nothing is wrong and nothing is left to do.
  stdout.on('error', () => {
    interrupt(SUCCESS);
  });
  stderr.on('error', () => undefined);

  const terminal = createTerminal(stdout, stderr);
  const code = await run({ terminal, signal: stop.signal, assetDirectory: __dirname });
  terminal.progress(null);
  await flush(stdout, stderr);
  process.exit(interruptedCode ?? code);
}

async function run(surroundings: Surroundings): Promise<number> {
  try {
    await createProgram(surroundings).parseAsync();
    return SUCCESS;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? SUCCESS : USAGE;
    // What goes wrong while everything is being stopped is of no interest.
    if (surroundings.signal.aborted || isAbort(error)) return FAILURE;
    surroundings.terminal.note(`sextant: ${errorMessage(error)}`);
    if (error instanceof UsageError) return USAGE;
    if (!isSextantError(error)) surroundings.terminal.note(defectNote(error));
    return FAILURE;
  }
}

function createProgram(surroundings: Surroundings): Command {
  const program = new Command('sextant')
    .description('Search and ask your code on this machine: any model, or none.')
    .version(packageJson.version)
    .exitOverride()
    .showHelpAfterError('(--help shows what can be given)')
    .configureHelp({ showGlobalOptions: true });
  const additions = [
    ...[addIndexCommand, addSearchCommand, addMapCommand, addAskCommand, addCompleteCommand, addApplyCommand],
    ...[addHistoryCommand, addBackupCommand, addRestoreCommand, addExportCommand, addImportCommand],
    ...[addUsageCommand, addDoctorCommand],
  ];
  for (const add of additions) add(program, surroundings);
  for (const command of program.commands) command.copyInheritedSettings(program);
  return program;
}

function defectNote(error: unknown): string {
  const isAsked = process.env['SEXTANT_DEBUG'] !== undefined && error instanceof Error;
  return isAsked ? (error.stack ?? '') : 'This is a defect of Sextant. SEXTANT_DEBUG=1 shows where it happened.';
}
