import type { SqlJsStatic } from 'sql.js';
import { SqlDatabase } from './sqlDatabase.ts';

/**
 * Copies every row that can still be read from the bytes of a damaged database into the tables of
 * the same name. Columns that the target lacks, rows that break its constraints, and rows that refer
 * to ones that are lost stay behind.
 */
export function copyReadableRows(sqlite: SqlJsStatic, bytes: Uint8Array, target: SqlDatabase): void {
  let source: SqlDatabase;
  try {
    source = new SqlDatabase(sqlite, bytes);
  } catch {
    return;
  }
  target.run('PRAGMA foreign_keys = OFF');
  target.write(() => {
    for (const { name } of target.execute(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`,
      [],
    ).rows) {
      copyTable(source, target, String(name));
    }
    removeOrphans(target);
  });
  target.run('PRAGMA foreign_keys = ON');
  source.close();
}

function copyTable(source: SqlDatabase, target: SqlDatabase, table: string): void {
  const known = new Set(
    target.execute(`SELECT name FROM pragma_table_info(?)`, [table]).rows.map(({ name }) => String(name)),
  );
  for (const row of source.readable(`SELECT * FROM ${quoted(table)}`)) {
    const columns = Object.keys(row).filter((column) => known.has(column));
    const places = columns.map(() => '?').join(', ');
    const sql = `INSERT OR IGNORE INTO ${quoted(table)} (${columns.map(quoted).join(', ')}) VALUES (${places})`;
    try {
      target.execute(
        sql,
        columns.map((column) => row[column] ?? null),
      );
    } catch {
      // A row whose content is damaged: the others are still worth having.
    }
  }
}

/** Removing a row can orphan others, so this goes on until nothing is left that refers to nothing. */
function removeOrphans(target: SqlDatabase): void {
  for (;;) {
    const orphans = target.execute('PRAGMA foreign_key_check', []).rows.filter(({ rowid }) => rowid !== null);
    if (orphans.length === 0) return;
    for (const { table, rowid } of orphans) {
      target.execute(`DELETE FROM ${quoted(String(table))} WHERE rowid = ?`, [rowid ?? null]);
    }
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
