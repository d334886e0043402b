/** The ledger under the hands of somebody who may do everything in the database: what they changed is named. */
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { connect, transaction } from '../src/db/client.ts';
import { listEvents } from '../src/db/event.ts';
import { type LedgerEntry, listLedger, readLedger } from '../src/db/ledger.ts';
import { genesis, hashOf, type LedgerVerdict } from '../src/db/ledger-check.ts';
import { testDatabase } from './support/database.ts';
import { entriesOf, last, verdictsOn, writeEvents } from './support/ledger.ts';

const db = await testDatabase();
const { raw } = db;
for (const workspaceId of ['wsp_a', 'wsp_b']) await writeEvents(db, workspaceId);
// Nothing in the database stands in the way any more.
await raw`alter table task_events disable trigger user`;
await raw`alter table task_events alter column id drop identity`;
await raw`create table kept_events as select * from task_events`;
await raw`create table kept_heads as select * from ledger_heads`;

beforeEach(async () => {
  await raw`truncate task_events, ledger_heads`;
  await raw`insert into task_events select * from kept_events`;
  await raw`insert into ledger_heads select * from kept_heads`;
});

/** What is found in the workspace that is meddled with; the other one must stay whole. */
async function found(): Promise<LedgerVerdict['fault']> {
  const verdicts = verdictsOn(await entriesOf(db));
  expect(verdicts.find(({ workspace }) => workspace === 'wsp_b')).toMatchObject({
    rows: last,
    fault: undefined,
  });
  return verdicts.find(({ workspace }) => workspace === 'wsp_a')?.fault;
}

describe('what nobody changed', () => {
  test('is whole, and each chain ends with its own hash', async () => {
    const verdicts = verdictsOn(await entriesOf(db));
    const heads = await raw`select workspace_id as workspace, hash from ledger_heads order by 1`;
    expect(verdicts).toEqual(
      heads.map(({ workspace, hash }) => ({ workspace, hash, rows: last, fault: undefined })),
    );
    expect(new Set(verdicts.map(({ hash }) => hash)).size).toBe(2);
  });

  test('is read with the text that was hashed when it was written', async () => {
    const lines = await raw`
      select factotum_ledger_line(task_events) as line from task_events where workspace_id = 'wsp_a' order by seq`;
    const rows = await transaction(db, { workspaceId: 'wsp_a' }, (tx) => listLedger(tx, 'wsp_a'));
    expect(rows.map(({ line }) => line)).toEqual(lines.map(({ line }) => line));
    expect(rows.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const tail = await transaction(db, { workspaceId: 'wsp_a' }, (tx) =>
      listLedger(tx, 'wsp_a', 4, 2),
    );
    expect(tail).toEqual(rows.slice(4, 6));
  });

  test('is whole over many pages, also while others append', async () => {
    await raw`alter table task_events alter column id add generated always as identity (start 1000)`;
    const events = Array.from({ length: 2500 }, () => ({
      ...{ workspace_id: 'wsp_many', task_id: 'tsk_1', event: 'start', actor: 'ana' },
    }));
    await raw`select factotum_append_events(${JSON.stringify(events)}::text::json)`;
    let rows = 0;
    const more = JSON.stringify(events.slice(0, 1));
    const entries: LedgerEntry[] = [];
    await readLedger(db, async (entry) => {
      entries.push(entry);
      rows += 1;
      if (rows % 1000 === 0) await raw`select factotum_append_events(${more}::text::json)`;
    });
    await raw`alter table task_events alter column id drop identity`;
    expect(verdictsOn(entries).find(({ workspace }) => workspace === 'wsp_many')).toMatchObject({
      rows: 2500,
      fault: undefined,
    });
  });
});

describe('one byte', () => {
  const columns = [
    ...['workspace_id', 'task_id', 'step_id', 'event', 'from_status', 'to_status', 'actor'],
    ...['data', 'at', 'seq', 'hash'],
  ];

  /** The text with one byte changed. */
  function flip(text: string, place: number, bits: number): string {
    const bytes = Buffer.from(text);
    const at = place % bytes.length;
    bytes.writeUInt8((bytes.readUInt8(at) ^ bits) & 255, at);
    return bytes.toString('utf8');
  }

  test('could be in any of the columns', async () => {
    const names = await raw`select attname as name from pg_attribute
      where attrelid = 'task_events'::regclass and attnum > 0`;
    expect(names.map(({ name }) => String(name)).sort()).toEqual(['id', ...columns].sort());
  });

  test.each(columns)('in %s of any row is found, and the row is named', async (column) => {
    const [{ type } = { type: '' }] = await raw<{ type: string }[]>`
      select format_type(atttypid, null) as type from pg_attribute
      where attrelid = 'task_events'::regclass and attname = ${column}`;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: last }),
        fc.nat(300),
        fc.integer({ min: 1, max: 127 }),
        async (seq, place, bits) => {
          const [row] = await raw`select id, ${raw(column)}::text as value from task_events
            where workspace_id = 'wsp_a' and seq = ${seq}`;
          const value: string | null = row?.['value'] ?? null;
          // Of most flipped digits a number is made no more, or one that another row has.
          const changed =
            type === 'bigint'
              ? String(Number(value) + 1000 + bits)
              : value
                ? flip(value, place, bits)
                : 'x';
          const set = (to: string | null) =>
            raw.unsafe(`update task_events set ${column} = $1::text::${type} where id = $2`, [
              to,
              row?.['id'],
            ]);
          // What the column's type refuses, or takes for the same value, has changed nothing.
          const isChanged = await set(changed).then(
            async () => {
              const [now] = await raw`
                select ${raw(column)}::text as value from task_events where id = ${row?.['id']}`;
              return now?.['value'] !== value;
            },
            () => false,
          );
          fc.pre(isChanged);
          const fault = await found();
          const [now] = await raw`select seq::int from task_events where id = ${row?.['id']}`;
          await set(value);
          expect([seq, now?.['seq']], `${value} → ${changed}`).toContain(fault?.seq);
        },
      ),
      { numRuns: 20 },
    );
    expect(await found()).toBeUndefined();
  });

  test('in the end of the chain is found too', async () => {
    const [head] = await raw`select hash from ledger_heads where workspace_id = 'wsp_a'`;
    const hash = flip(String(head?.['hash']), 5, 1);
    await raw`update ledger_heads set hash = ${hash} where workspace_id = 'wsp_a'`;
    expect(await found()).toMatchObject({ seq: last });
    await raw`update ledger_heads set hash = ${String(head?.['hash'])}, seq = 8 where workspace_id = 'wsp_a'`;
    expect(await found()).toMatchObject({ seq: 8, problem: expect.stringContaining('the end') });
    await raw`update ledger_heads set seq = 10 where workspace_id = 'wsp_a'`;
    expect(await found()).toMatchObject({ seq: 10, problem: 'it is missing' });
  });

  test('is found where a value becomes nothing, or nothing a value', async () => {
    await raw`update task_events set to_status = null where workspace_id = 'wsp_a' and seq = 9`;
    expect(await found()).toMatchObject({ seq: 9, problem: 'it was altered' });
    await raw`update task_events set step_id = '' where workspace_id = 'wsp_a' and seq = 2`;
    expect(await found()).toMatchObject({ seq: 2, problem: 'it was altered' });
  });

  test('is found where a year before Christ would print like the one after', async () => {
    await raw`update task_events set at = (to_char(at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '+00 BC')::timestamptz
      where workspace_id = 'wsp_a' and seq = 4`;
    expect(await found()).toMatchObject({ seq: 4, problem: 'it was altered' });
  });

  test('is found behind a function that was made to lie', async () => {
    const own = await testDatabase();
    await writeEvents(own, 'wsp_a');
    await own.raw`create table true_lines as select id, factotum_ledger_line(task_events) as line from task_events`;
    await own.raw`create or replace function factotum_ledger_line(e task_events) returns text language sql stable as
      $$ select line from public.true_lines where true_lines.id = e.id $$`;
    await own.raw`alter table task_events disable trigger user`;
    await own.raw`update task_events set actor = 'eve' where seq = 3`;
    const [verdict] = verdictsOn(await entriesOf(own));
    expect(verdict?.fault).toMatchObject({ seq: 3, problem: 'it was altered' });
  });
});

describe('rows', () => {
  const inA = raw`workspace_id = 'wsp_a'`;
  /** All that a row says, without its number and its place. */
  const contents = 'task_id, step_id, event, from_status, to_status, actor, data, at, hash';

  test.each([
    [1, 2],
    [3, 7],
    [8, 9],
  ])('%i and %i swapped in all they say are found at the first', async (a, b) => {
    await raw.unsafe(
      `update task_events as one set (${contents}) = (select ${contents} from task_events as other
        where other.workspace_id = 'wsp_a' and other.seq = $1 + $2 - one.seq)
       where workspace_id = 'wsp_a' and seq in ($1, $2)`,
      [a, b],
    );
    expect(await found()).toMatchObject({ seq: a, problem: 'it was altered' });
  });

  test('that swapped their numbers are found at the first', async () => {
    await raw`update task_events set seq = 100 where ${inA} and seq = 4`;
    await raw`update task_events set seq = 4 where ${inA} and seq = 6`;
    await raw`update task_events set seq = 6 where ${inA} and seq = 100`;
    expect(await found()).toMatchObject({ seq: 4 });
  });

  test('that swapped the places in which people see them are found', async () => {
    const before = await transaction(db, { workspaceId: 'wsp_a' }, (tx) => listEvents(tx, 'tsk_1'));
    await raw`update task_events set id = -seq where ${inA} and seq in (4, 5)`;
    await raw`update task_events set id = (select id from kept_events as kept
      where kept.workspace_id = 'wsp_a' and kept.seq = 9 - task_events.seq) where ${inA} and seq in (4, 5)`;
    const after = await transaction(db, { workspaceId: 'wsp_a' }, (tx) => listEvents(tx, 'tsk_1'));
    expect(after.map(({ event }) => event)).not.toEqual(before.map(({ event }) => event));
    expect(await found()).toMatchObject({ seq: 5, problem: expect.stringContaining('moved') });
  });

  test.each([1, 5, 9])('are missed where number %i was removed', async (seq) => {
    await raw`delete from task_events where ${inA} and seq = ${seq}`;
    expect(await found()).toEqual({ seq, problem: 'it is missing' });
  });

  test('are missed where several were removed from the end, or all', async () => {
    await raw`delete from task_events where ${inA} and seq > 6`;
    expect(await found()).toEqual({ seq: 7, problem: 'the rows up to 9 are missing' });
    await raw`delete from task_events where ${inA}`;
    expect(await found()).toEqual({ seq: 1, problem: 'the rows up to 9 are missing' });
  });

  test('that moved up to close the gap are found at the gap', async () => {
    await raw`delete from task_events where ${inA} and seq = 5`;
    await raw`update task_events set seq = seq - 1 where ${inA} and seq > 5`;
    expect(await found()).toMatchObject({ seq: 5, problem: 'it was altered' });
  });

  const insert = (seq: number, hash: string) => raw`
    insert into task_events (id, workspace_id, task_id, event, actor, seq, hash, at)
    values (${seq === last + 1 ? 900 : 4}, 'wsp_a', 'tsk_1', 'approve', 'eve', ${seq}, ${hash}, '2026-01-01T00:00:00Z')`;
  const forged = (seq: number) =>
    `[${seq}, "wsp_a", "tsk_1", null, "approve", null, null, "eve", {}, "2026-01-01T00:00:00.000000Z"]`;

  test('that were put in the middle are found, though the others made room', async () => {
    await raw`update task_events set seq = seq + 101, id = id + 100 where ${inA} and seq > 3`;
    await raw`update task_events set seq = seq - 100 where ${inA} and seq > 3`;
    const [before] = await raw`select hash from task_events where ${inA} and seq = 3`;
    await insert(4, hashOf(String(before?.['hash']), forged(4)));
    // The forged row fits; the first genuine one behind it does not.
    expect(await found()).toMatchObject({ seq: 5 });
  });

  test('that were put before the first or beside another are found', async () => {
    await raw`update task_events set id = id + 100 where ${inA} and seq > 3`;
    await insert(0, hashOf(genesis, forged(0)));
    expect(await found()).toMatchObject({ seq: 0, problem: 'it was put in' });
    await raw`drop index task_events_seq_key`;
    await raw`update task_events set seq = 3 where ${inA} and seq = 0`;
    const fault = await found();
    await raw`delete from task_events where ${inA} and actor = 'eve'`;
    await raw`create unique index task_events_seq_key on task_events (workspace_id, seq)`;
    expect(fault).toMatchObject({ seq: 3, problem: 'it was put in' });
  });

  test('that were added behind the end, and fit, are found', async () => {
    const [head] = await raw`select hash from ledger_heads where ${inA}`;
    await insert(last + 1, hashOf(String(head?.['hash']), forged(last + 1)));
    expect(await found()).toMatchObject({
      seq: last + 1,
      problem: expect.stringContaining('behind the end'),
      row: { line: forged(last + 1) },
    });
  });

  test('without an end are found', async () => {
    await raw`delete from ledger_heads where ${inA}`;
    expect(await found()).toMatchObject({ problem: expect.stringContaining('not told') });
  });

  test('that were all hashed anew give another end than the one that was noted', async () => {
    const before = verdictsOn(await entriesOf(db)).find(({ workspace }) => workspace === 'wsp_a');
    await raw`update task_events set actor = 'eve' where ${inA} and seq = 2`;
    let hash = genesis;
    for (const entry of await entriesOf(db)) {
      if (entry.kind !== 'row' || entry.workspace !== 'wsp_a') continue;
      hash = hashOf(hash, entry.line);
      await raw`update task_events set hash = ${hash} where ${inA} and seq = ${entry.seq}`;
    }
    expect(await found()).toMatchObject({ seq: last, problem: expect.stringContaining('end') });
    await raw`update ledger_heads set hash = ${hash} where ${inA}`;
    // Nothing inside the database can tell; whoever noted the end can.
    expect(await found()).toBeUndefined();
    expect(before?.hash).not.toBe(hash);
  });
});

test('an account from which rows are kept gets a sentence, not a shorter chain', async () => {
  await raw`create role ledger_reader login password 'x'`.catch(() => {});
  await raw`grant select on task_events, ledger_heads to ledger_reader`;
  const url = new URL(db.url);
  url.username = 'ledger_reader';
  url.password = 'x';
  const reader = connect(url.href, 1);
  const reading = readLedger(reader, () => {}).finally(() => reader.close());
  await expect(reading).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await raw`revoke all on task_events, ledger_heads from ledger_reader`;
  await raw`drop role ledger_reader`;
});

test('a database from before the ledger is told from an empty one', async () => {
  const old = await testDatabase();
  expect(await entriesOf(old)).toEqual([]);
  await old.raw`drop table ledger_heads`;
  await expect(entriesOf(old)).rejects.toMatchObject({ code: 'NOT_READY' });
});
