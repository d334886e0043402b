/**
 * What a program has left in the middle of a message. The limits of a session count while a statement runs and
 * between statements. A program that stops between the parts of one, as it can after the first half of a statement
 * that is prepared, is within neither: its locks would be held for as long as its machine keeps the line open.
 */
import { sql } from 'drizzle-orm';
import { type Database, systemTransaction } from './client.ts';
import { applicationName } from './limit.ts';

/**
 * Ends such connections of our programs to this database once they have lasted as long as a transaction may stand
 * still. None of ours sends COPY, whose server waits in the same way. Nothing to be done where a database belongs
 * to a role that may not.
 * @returns how many were ended
 */
export async function endAbandoned(db: Database): Promise<number> {
  const patience = db.limits.session['idle_in_transaction_session_timeout'];
  if (!patience) return 0;
  const ended = await systemTransaction(db, (tx) =>
    tx.execute(sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and usename = current_user and application_name = ${applicationName}
        and state = 'active' and wait_event_type = 'Client' and wait_event = 'ClientRead'
        and state_change < now() - make_interval(secs => ${patience / 1000})`),
  );
  return ended.length;
}
