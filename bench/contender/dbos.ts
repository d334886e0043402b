/** DBOS Transact: a workflow of five steps, each writing one row. */
import { DBOS, DBOSClient } from '@dbos-inc/dbos-sdk';
import postgres from 'postgres';
import { type Contender, concurrency, forAll, stepsPerTask } from './contender.ts';

const logger = { info() {}, debug() {}, warn() {}, error: console.error };
const application = { applicationName: 'bench', applicationVersion: '1' };

export const dbos: Contender = {
  name: 'DBOS Transact',
  async setUp(url) {
    await DBOS.migrate(url);
    const sql = postgres(url, { max: 1, onnotice: () => {} });
    await sql`create table dbos_rows (task int not null, step int not null, at timestamptz not null default now())`;
    await sql.end();
  },
  async work(url) {
    const sql = postgres(url, { max: concurrency, onnotice: () => {} });
    const writeRow = async (task: number, step: number) => {
      await sql`insert into dbos_rows (task, step) values (${task}, ${step})`;
    };
    DBOS.registerWorkflow(
      async (task: number) => {
        for (let step = 1; step <= stepsPerTask; step += 1)
          await DBOS.runStep(() => writeRow(task, step), { name: `step ${step}` });
      },
      { name: 'bench' },
    );
    DBOS.setConfig({
      name: application.applicationName,
      applicationVersion: application.applicationVersion,
      executorID: String(process.pid),
      systemDatabaseUrl: url,
      runMigrations: false,
      logger,
    });
    await DBOS.launch();
    // Looked at as often as the program's own default allows to be set, so that waiting is not what is measured.
    await DBOS.registerQueue('bench', {
      workerConcurrency: Number(process.env['DBOS_WC'] ?? concurrency),
      minPollingIntervalMs: Number(process.env['DBOS_POLL'] ?? 10),
    });
    return {
      async stop() {
        await DBOS.shutdown();
        await sql.end();
      },
    };
  },
  async connect(url) {
    const client = await DBOSClient.create({
      systemDatabaseUrl: url,
      applicationName: application.applicationName,
      logger,
    });
    let tasks: number[] = [];
    let asked = 0;
    const { applicationVersion: appVersion } = application;
    return {
      async prepare(count) {
        tasks = Array.from({ length: count }, () => {
          asked += 1;
          return asked;
        });
      },
      ask: () =>
        forAll(tasks, (task) =>
          client.enqueue({ queueName: 'bench', workflowName: 'bench', appVersion }, task),
        ),
      async countDone(own) {
        const [row] = await own`
          select count(*) as done from dbos.workflow_status where status = 'SUCCESS' and name = 'bench'`;
        return Number(row?.['done']);
      },
      async verify(own, count) {
        const [row] = await own`
          select (select count(*) from dbos_rows) as rows, (select count(*) from dbos.operation_outputs) as steps`;
        const wanted = count * stepsPerTask;
        if (Number(row?.['rows']) !== wanted || Number(row?.['steps']) !== wanted)
          throw new Error('Rows or steps are missing.');
      },
      close: () => client.destroy(),
    };
  },
};
