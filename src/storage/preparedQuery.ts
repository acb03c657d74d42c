import { type CompiledQuery, type Compilable, type Kysely, type RawBuilder, sql } from 'kysely';
import type { StoreSchema } from './schema.ts';

/** What stands for the values while a query is put together. Those that are missing are missing, and null is null. */
export type Values<P> = {
  readonly [K in keyof P]: RawBuilder<NonNullable<P[K]>> | Extract<P[K], null | undefined>;
};

/** What stands for a value until the query runs. */
class Parameter {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/**
 * A query that is asked at every click: it is put together and compiled once, which takes as long as running it, and
 * runs with other values each time; once more where other values are null or missing.
 */
export function preparedQuery<P extends Record<string, unknown>, Row>(
  build: (database: Kysely<StoreSchema>, values: Values<P>) => Compilable<Row>,
): (database: Kysely<StoreSchema>, values: P) => Promise<Row[]> {
  const known = new Map<string, CompiledQuery<Row>>();
  return async (database, values) => {
    const shape = Object.entries(values).map(([name, value]) => (value ?? null) === null && `${name} ${String(value)}`);
    const compiled = known.get(shape.join()) ?? build(database, standIns(values)).compile();
    known.set(shape.join(), compiled);
    const parameters = compiled.parameters.map((each) => (each instanceof Parameter ? values[each.name] : each));
    return (await database.executeQuery<Row>({ ...compiled, parameters })).rows;
  };
}

function standIns<P extends Record<string, unknown>>(values: P): Values<P> {
  const standIn = ([name, value]: [string, unknown]) => [
    name,
    (value ?? null) === null ? value : sql`${new Parameter(name)}`,
  ];
  return Object.fromEntries(Object.entries(values).map(standIn)) as Values<P>;
}
