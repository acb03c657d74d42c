import { skipReason } from './skip.ts';

/** Stands before each line that mocha prints in the extension host, to tell it from what others log there. */
export const SUITE_MARK = '[suite] ';

/** A test, or a hook of a suite, that failed. */
export interface TestFailure {
  readonly title: string;
  readonly message: string;
  /** Its outermost suite; null for what is no test. */
  readonly suite: string | null;
}

/** What a part of the tests did. */
export interface PartReport {
  passed: number;
  readonly failures: TestFailure[];
  /** What failed, and passed when its suite was run once more by itself. */
  readonly flaky: TestFailure[];
  readonly skipped: { readonly title: string; readonly reason: string | null }[];
}

/** Counts what a mocha run does. A hook that fails counts as a failure. */
export function recordReport(runner: Mocha.Runner): PartReport {
  const report: PartReport = { passed: 0, failures: [], flaky: [], skipped: [] };
  runner.on('pass', () => (report.passed += 1));
  runner.on('fail', (test, error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    report.failures.push({ title: test.fullTitle(), message, suite: test.titlePath()[0] ?? null });
  });
  runner.on('pending', (test) => {
    report.skipped.push({ title: test.fullTitle(), reason: skipReason(test) ?? null });
  });
  return report;
}

/** A part that failed as a whole. */
export function failedPart(message: string): PartReport {
  return { passed: 0, failures: [{ title: 'the run', message, suite: null }], flaky: [], skipped: [] };
}

/** The parts of a run in one. */
export function sumReports(reports: readonly PartReport[]): PartReport {
  return {
    passed: reports.reduce((sum, { passed }) => sum + passed, 0),
    failures: reports.flatMap(({ failures }) => failures),
    flaky: reports.flatMap(({ flaky }) => flaky),
    skipped: reports.flatMap(({ skipped }) => skipped),
  };
}

/**
 * Prints the skips with their reasons, what was flaky and what failed, then as the last line
 * `N passed, N failed, N skipped`. Returns true when the run is good: nothing failed and no skip went
 * without its reason.
 */
export function printSummary(report: PartReport): boolean {
  const unexplained = report.skipped.filter(({ reason }) => reason === null);
  for (const { title, reason } of report.skipped)
    console.log(`skipped: ${title}: ${reason ?? 'no reason was given, so it counts as failed'}`);
  for (const { title, message } of report.flaky) console.log(`flaky, to be mended: ${title}: ${message}`);
  for (const { title, message } of report.failures) console.log(`failed: ${title}: ${message}`);
  const failed = report.failures.length + unexplained.length;
  console.log(`${report.passed} passed, ${failed} failed, ${report.skipped.length - unexplained.length} skipped`);
  return failed === 0;
}
