/** A workflow of ten steps, four of them in two branches, by the engine and as bare jobs. */
import { Logger, makeWorkerUtils, run, runMigrations } from 'graphile-worker';
import postgres from 'postgres';
import { check } from '../../src/engine/workflow/check.ts';
import { compile } from '../../src/engine/workflow/compile.ts';
import { type Contender, concurrency, forAll } from './contender.ts';
import { createFactotum } from './factotum.ts';

const step = (at: number) => `STEP ${at}: CALL TOOL "write_row" WITH key = "row_${at}"`;
const text = `ORCHESTRATE WORKFLOW "Ten rows"
  ${[1, 2, 3].map(step).join('\n  ')}
  PARALLEL
    BRANCH A:
      ${[4, 5].map(step).join('\n      ')}
    BRANCH B:
      ${[6, 7].map(step).join('\n      ')}
  END PARALLEL
  ${[8, 9, 10].map(step).join('\n  ')}
END WORKFLOW
`;
const keys = Array.from({ length: 10 }, (_, at) => `row_${at + 1}`);

function stepsOf(): unknown[] {
  const checks = [{ id: 'chk_1', label: 'The rows are there', kind: 'by_hand' }];
  const { plan, problems } = compile(check(text), { checks });
  if (!plan) throw new Error(problems.map(({ message }) => message).join(' '));
  return plan.steps;
}

export const flow: Contender = createFactotum({ title: 'Ten rows', keys, steps: stepsOf() });

const logger = new Logger(() => () => {});
type Job = { task: number; step: number };

/** What follows a step; of the branches, what is behind the join follows the last to come. */
const next: Record<number, number[]> = {
  ...{ 1: [2], 2: [3], 3: [4, 6], 4: [5], 6: [7], 8: [9], 9: [10], 10: [] },
};
const branchEnds = [5, 7];

/** Each job writes its row and adds what follows in one transaction. */
export const flowQueue: Contender = {
  name: 'bare queue',
  async setUp(url) {
    await runMigrations({ connectionString: url, logger });
    const sql = postgres(url, { max: 1, onnotice: () => {} });
    await sql`create table queue_rows (task int not null, step int not null, at timestamptz not null default now())`;
    await sql`create index on queue_rows (task)`;
    await sql.end();
  },
  async work(url) {
    const runner = await run({
      connectionString: url,
      concurrency,
      maxPoolSize: concurrency + 2,
      noHandleSignals: true,
      logger,
      taskList: {
        async bench_step(payload, { withPgClient }) {
          const { task, step: at } = payload as Job;
          await withPgClient(async (client) => {
            await client.query('begin');
            try {
              const isEnd = branchEnds.includes(at);
              if (isEnd) await client.query('select pg_advisory_xact_lock($1)', [task]);
              await client.query('insert into queue_rows (task, step) values ($1, $2)', [task, at]);
              let follows = next[at] ?? [];
              if (isEnd) {
                const { rows } = await client.query(
                  'select count(*)::int as ended from queue_rows where task = $1 and step = any($2)',
                  [task, branchEnds],
                );
                follows = rows[0]?.ended === branchEnds.length ? [8] : [];
              }
              for (const one of follows)
                await client.query('select graphile_worker.add_job($1, $2::json)', [
                  'bench_step',
                  JSON.stringify({ task, step: one }),
                ]);
              await client.query('commit');
            } catch (error) {
              await client.query('rollback');
              throw error;
            }
          });
        },
      },
    });
    return { stop: () => runner.stop() };
  },
  async connect(url) {
    const utils = await makeWorkerUtils({ connectionString: url, logger });
    let tasks: number[] = [];
    // A task has rows of its own, so what an earlier round asked for is not asked for again.
    const sql = postgres(url, { max: 1, onnotice: () => {} });
    const [last] = await sql`select coalesce(max(task), 0) as task from queue_rows`;
    await sql.end();
    let asked = Number(last?.['task']);
    return {
      async prepare(count) {
        tasks = Array.from({ length: count }, () => {
          asked += 1;
          return asked;
        });
      },
      ask: () => forAll(tasks, (task) => utils.addJob('bench_step', { task, step: 1 })),
      async countDone(sql) {
        const [row] = await sql`
          select (select count(*) from queue_rows where step = 10)
            - (select count(*) from graphile_worker._private_jobs) as done`;
        return Number(row?.['done']);
      },
      async verify(sql, count) {
        const [row] = await sql`select count(*) as rows from queue_rows`;
        if (Number(row?.['rows']) !== count * keys.length) throw new Error('Rows are missing.');
      },
      close: async () => utils.release(),
    };
  },
};
