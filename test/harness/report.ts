import { skipReason } from './skip.ts';

/** Stands before each line that mocha prints in the extension host, to tell it from what others log there. */
export const SUITE_MARK = '[suite] ';

/** What a part of the tests did. */
export interface PartReport {
  passed: number;
  failed: number;
  readonly skipped: { readonly title: string; readonly reason: string | null }[];
}

/** Counts what a mocha run does. A hook that fails counts as a failure. */
export function recordReport(runner: Mocha.Runner): PartReport {
  const report: PartReport = { passed: 0, failed: 0, skipped: [] };
  runner.on('pass', () => (report.passed += 1));
  runner.on('fail', () => (report.failed += 1));
  runner.on('pending', (test) => {
    report.skipped.push({ title: test.fullTitle(), reason: skipReason(test) ?? null });
  });
  return report;
}

/** The parts of a run in one. */
export function sumReports(reports: readonly PartReport[]): PartReport {
  return {
    passed: reports.reduce((sum, { passed }) => sum + passed, 0),
    failed: reports.reduce((sum, { failed }) => sum + failed, 0),
    skipped: reports.flatMap(({ skipped }) => skipped),
  };
}

/**
 * Prints the skips with their reasons, then as the last line `N passed, N failed, N skipped`. Returns
 * true when the run is good: nothing failed and no skip went without its reason.
 */
export function printSummary(report: PartReport): boolean {
  const unexplained = report.skipped.filter(({ reason }) => reason === null);
  for (const { title, reason } of report.skipped)
    console.log(`skipped: ${title}: ${reason ?? 'no reason was given, so it counts as failed'}`);
  const failed = report.failed + unexplained.length;
  console.log(`${report.passed} passed, ${failed} failed, ${report.skipped.length - unexplained.length} skipped`);
  return failed === 0;
}
