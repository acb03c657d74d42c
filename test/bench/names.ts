import { NameList } from '../../src/index/names/nameList.ts';
import { type Measurement, measurement, median } from './measurement.ts';

const FILES = 100_000;
const ROUNDS = 15;
const words =
  'session store index chat view model token retry buoy harbour message composer context search parser worker answer question history folder library import export audit seal engine tide chart'.split(
    ' ',
  );
/** What people type: one letter, a beginning, the first letters of words, two words, a path, letters scattered over all, nothing that fits. */
const queries = ['s', 'chatv', 'csr', 'store view', 'src/chat/mess', 'tests', 'zzz'];

/** What looking through the names of a large workspace takes, as the menu after `@` asks the index process for it. */
export function measureNames(): Measurement[] {
  const list = new NameList(namesOf(FILES), '/');
  const times = queries.map((typed) => ({
    typed,
    ms: median(Array.from({ length: ROUNDS }, () => timeOf(list, typed))),
  }));
  const slowest = times.toSorted((a, b) => b.ms - a.ms)[0] ?? { typed: '', ms: Number.NaN };
  const all = median(times.map(({ ms }) => ms));
  return [
    measurement(`find a name among ${FILES} files, as the menu after @ does`, all, 'ms', 20),
    measurement(`the same for the slowest of ${queries.length} queries (“${slowest.typed}”)`, slowest.ms, 'ms', 20),
  ];
}

function timeOf(list: NameList, typed: string): number {
  const startMs = performance.now();
  list.find(typed, 50);
  return performance.now() - startMs;
}

/** Paths as a large project has them, the same each time. */
function namesOf(count: number): string[] {
  let seed = 1;
  const next = (): string => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return words[(seed >> 8) % words.length] ?? '';
  };
  const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);
  return Array.from({ length: count }, (_, at) => {
    return `packages/${next()}-${next()}/src/${next()}/${next()}${capital(next())}${capital(next())}${at % 977}.ts`;
  });
}
