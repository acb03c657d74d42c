import { readFile, readdir } from 'node:fs/promises';

export interface ProcessInformation {
  readonly id: number;
  readonly parentId: number;
  readonly commandLine: string;
  /** Memory of its own and its part of what is shared, in bytes. */
  memoryBytes(): Promise<number>;
}

/** The processes below `rootId`, in no particular order. Reads /proc, so it works on Linux only. */
export async function descendants(rootId: number): Promise<ProcessInformation[]> {
  const all = await allProcesses();
  const found: ProcessInformation[] = [];
  const parents = [rootId];
  for (let parent = parents.pop(); parent !== undefined; parent = parents.pop()) {
    for (const child of all.filter(({ parentId }) => parentId === parent)) {
      found.push(child);
      parents.push(child.id);
    }
  }
  return found;
}

async function allProcesses(): Promise<ProcessInformation[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(ids.map((id) => describe(id).catch(() => undefined)));
  return found.filter((entry) => entry !== undefined);
}

async function describe(id: number): Promise<ProcessInformation> {
  const stat = await readFile(`/proc/${id}/stat`, 'utf8');
  // The name, in brackets, may hold spaces and brackets; the parent's id is the second field after it.
  const parentId = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  const commandLine = (await readFile(`/proc/${id}/cmdline`, 'utf8')).replaceAll('\0', ' ').trim();
  return {
    id,
    parentId,
    commandLine,
    async memoryBytes() {
      const rollup = await readFile(`/proc/${id}/smaps_rollup`, 'utf8');
      return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024;
    },
  };
}
