-- Undoes 0001_promises.
CREATE FUNCTION factotum_add_job(kind text, payload json, key text, queue text, run_at timestamptz)
  RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM graphile_worker.add_job(
    identifier => kind, payload => payload, queue_name => queue, run_at => run_at, job_key => key);
END $$;
REVOKE ALL ON FUNCTION factotum_add_job(text, json, text, text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION factotum_add_job(text, json, text, text, timestamptz) TO factotum_engine;
DROP FUNCTION factotum_finish(json, json, json);
DROP FUNCTION factotum_append_events(json);
DROP FUNCTION factotum_ledger_line(task_events);
DROP TABLE approval_decisions, ledger_heads, policies, standing_approvals, estimates, undos, people;
DROP INDEX task_events_seq_key, approvals_next_index, approvals_unperformed_index;
ALTER TABLE task_events DROP COLUMN seq, DROP COLUMN hash;
GRANT INSERT ON task_events TO factotum_engine;
ALTER TABLE workspaces DROP COLUMN approvers, DROP COLUMN fallback_approver, DROP COLUMN working_hours;
ALTER TABLE tasks DROP COLUMN undone_at;
ALTER TABLE runs DROP COLUMN rehearsed_run_id, DROP COLUMN continues_run_id;
UPDATE task_steps SET error = jsonb_build_object('message', error->'message', 'reason', error->'reason',
  'transient', error->>'kind' = 'transient') WHERE error IS NOT NULL;
ALTER TABLE task_steps DROP COLUMN effect, DROP COLUMN kept_from;
UPDATE approvals SET status = 'expired' WHERE status = 'superseded';
ALTER TABLE approvals DROP CONSTRAINT approvals_status_check, DROP CONSTRAINT approvals_cause_check;
ALTER TABLE approvals DROP COLUMN step_ids, DROP COLUMN cause, DROP COLUMN needed, DROP COLUMN self_approval,
  DROP COLUMN effect, DROP COLUMN on_timeout, DROP COLUMN escalate_to, DROP COLUMN asked_at,
  DROP COLUMN reminded_at, DROP COLUMN due_at, DROP COLUMN next_at, DROP COLUMN performed_at;
ALTER TABLE approvals ADD CONSTRAINT approvals_status_check CHECK (status in ('open', 'approved', 'rejected', 'expired'));
ALTER TABLE processes DROP COLUMN role;
ALTER TABLE apps DROP COLUMN rehearsal_run_id;
DELETE FROM drizzle.__drizzle_migrations WHERE created_at = (SELECT max(created_at) FROM drizzle.__drizzle_migrations);
