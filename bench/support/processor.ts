/** Processor time: what a load on the machine changes less than how long something takes. */
import { readdir, readFile } from 'node:fs/promises';

/** A tick of the clock that `/proc` counts in: a hundredth of a second on every Linux that Node runs on. */
const tickMs = 10;

type Process = { parent: number; ms: number };

/**
 * Milliseconds of processor time that this process and all that it has started have taken so far, those that have ended
 * too, once their parents have seen it. NaN where there is no `/proc`.
 */
export async function processorMs(): Promise<number> {
  const names = await readdir('/proc').catch(() => []);
  const found = await Promise.all(
    names
      .filter((name) => /^\d+$/.test(name))
      .map(async (name) => [Number(name), await readProcess(name)] as const),
  );
  const processes = new Map(found.flatMap(([id, one]) => (one ? [[id, one] as const] : [])));
  const isOurs = (id: number): boolean => {
    const parent = processes.get(id)?.parent;
    return id === process.pid || (parent !== undefined && isOurs(parent));
  };
  const ours = [...processes].filter(([id]) => isOurs(id));
  return ours.length === 0 ? Number.NaN : ours.reduce((sum, [, { ms }]) => sum + ms, 0);
}

/** Fields as proc_pid_stat(5) numbers them: 4 ppid, 14 utime, 15 stime, 16 cutime, 17 cstime. */
async function readProcess(name: string): Promise<Process | undefined> {
  const text = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
  // The second field is a name in brackets, which may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => Number(fields[number - 3]);
  if (text === '') return undefined;
  return { parent: field(4), ms: tickMs * (field(14) + field(15) + field(16) + field(17)) };
}
