/** The same five jobs on the bare queue: each writes its row and adds the next in one transaction. */
import { Logger, makeWorkerUtils, run, runMigrations } from 'graphile-worker';
import postgres from 'postgres';
import { type Contender, concurrency, forAll, stepsPerTask } from './contender.ts';

const logger = new Logger(() => () => {});
type Job = { task: number; step: number };

export const queue: Contender = {
  name: 'bare queue',
  async setUp(url) {
    await runMigrations({ connectionString: url, logger });
    const sql = postgres(url, { max: 1, onnotice: () => {} });
    await sql`create table queue_rows (task int not null, step int not null, at timestamptz not null default now())`;
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
          const { task, step } = payload as Job;
          await withPgClient(async (client) => {
            await client.query('begin');
            try {
              await client.query('insert into queue_rows (task, step) values ($1, $2)', [
                task,
                step,
              ]);
              if (step < stepsPerTask) {
                await client.query('select graphile_worker.add_job($1, $2::json)', [
                  'bench_step',
                  JSON.stringify({ task, step: step + 1 }),
                ]);
              }
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
    let asked = 0;
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
          select (select count(*) from queue_rows where step = ${stepsPerTask})
            - (select count(*) from graphile_worker._private_jobs) as done`;
        return Number(row?.['done']);
      },
      async verify(sql, count) {
        const [row] = await sql`select count(*) as rows from queue_rows`;
        if (Number(row?.['rows']) !== count * stepsPerTask) throw new Error('Rows are missing.');
      },
      close: async () => utils.release(),
    };
  },
};
