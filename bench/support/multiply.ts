/** Many tasks that are alike, without the time that it takes to make each. */
import type { Sql } from 'postgres';

/** The same task so many times more, row by row as the engine has written it. */
export async function multiply(own: Sql, taskId: string, times: number): Promise<void> {
  const copied = {
    tasks: ['id'],
    plans: ['id', 'task_id'],
    runs: ['id', 'task_id'],
    task_steps: ['id', 'task_id', 'run_id'],
    approvals: ['id', 'task_id', 'step_id'],
    task_checks: ['id', 'task_id', 'run_id'],
    event_waits: ['id', 'task_id', 'run_id', 'step_id'],
  };
  for (const [table, ids] of Object.entries(copied)) {
    const of = table === 'tasks' ? 'id' : 'task_id';
    const columns = await own`
      select column_name as name from information_schema.columns
      where table_name = ${table} and table_schema = 'public' and is_generated = 'NEVER'`;
    const names = columns.map((column) => String(column['name']));
    const values = names.map((name) =>
      ids.includes(name) ? `row.${name} || '_' || copy` : `row.${name}`,
    );
    await own.unsafe(
      `insert into ${table} (${names.map((name) => `"${name}"`).join(', ')})
       select ${values.join(', ')} from ${table} as row, generate_series(1, $2) as copy where row.${of} = $1`,
      [taskId, times],
    );
  }
  await own`analyze`;
}
