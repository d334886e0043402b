/** Ledgers to meddle with: events of every kind, and what a check finds. */
import { type Database, transaction } from '../../src/db/client.ts';
import { appendEvents } from '../../src/db/event.ts';
import { type LedgerEntry, readLedger } from '../../src/db/ledger.ts';
import { createLedgerCheck, type LedgerVerdict } from '../../src/db/ledger-check.ts';

/** How many events `writeEvents` leaves. */
export const last = 9;

/** With and without a step and states, with data of all types and scripts, in three transactions. */
export async function writeEvents(db: Database, workspaceId: string): Promise<void> {
  const task = { workspaceId, taskId: 'tsk_1', actor: 'factotum' };
  const step = { ...task, stepId: 'stp_1' };
  const odd = '\u0001\n\t\\ / 東京 é 👍';
  const rounds = [
    [
      { ...task, event: 'create', to: 'draft', actor: 'ana' },
      { ...task, event: 'plan', from: 'draft', to: 'planning', actor: 'ana' },
      { ...task, event: 'propose', data: { version: 1.5, list: [1, 'two', null] } },
    ],
    [
      { ...step, event: 'start', from: 'pending', to: 'running' },
      { ...step, event: 'call', data: { 'quoted "key"': odd } },
      { ...step, event: 'result', data: { ok: true } },
    ],
    [
      { ...task, taskId: 'tsk_2', event: 'create', actor: 'ben' },
      { ...task, event: 'complete', data: { deep: { er: [{}] } } },
      { ...task, event: 'end', from: '', to: 'null' },
    ],
  ];
  for (const events of rounds)
    await transaction(db, { workspaceId }, async (tx) => appendEvents(tx, events));
}

export async function entriesOf(db: Database): Promise<LedgerEntry[]> {
  const entries: LedgerEntry[] = [];
  await readLedger(db, (entry) => {
    entries.push(entry);
  });
  return entries;
}

export function verdictsOn(entries: LedgerEntry[]): LedgerVerdict[] {
  const check = createLedgerCheck();
  for (const entry of entries) check.add(entry);
  return check.verdicts();
}
