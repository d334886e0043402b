-- Undoes 0008_finish.
DROP FUNCTION factotum_open(text, text, text);
DROP FUNCTION factotum_must(bigint, bigint, text);
CREATE OR REPLACE FUNCTION factotum_append_events(events json) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  bound text := nullif(current_setting('factotum.workspace_id', true), '');
  e task_events;
  head ledger_heads;
BEGIN
  FOR e IN SELECT * FROM json_populate_recordset(null::task_events, events) LOOP
    IF bound IS NOT NULL AND e.workspace_id <> bound THEN
      RAISE EXCEPTION 'An event of another workspace.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF head.workspace_id IS DISTINCT FROM e.workspace_id THEN
      INSERT INTO ledger_heads VALUES (e.workspace_id, 0, repeat('0', 64)) ON CONFLICT DO NOTHING;
      SELECT * INTO STRICT head FROM ledger_heads WHERE workspace_id = e.workspace_id FOR UPDATE;
    END IF;
    e.seq := head.seq + 1;
    e.at := now();
    e.data := coalesce(e.data, '{}');
    head.seq := e.seq;
    head.hash := encode(sha256(convert_to(head.hash || E'\n' || factotum_ledger_line(e), 'UTF8')), 'hex');
    INSERT INTO task_events (workspace_id, task_id, step_id, event, from_status, to_status, actor, data, at, seq, hash)
      VALUES (e.workspace_id, e.task_id, e.step_id, e.event, e.from_status, e.to_status, e.actor, e.data, e.at, e.seq, head.hash);
    UPDATE ledger_heads SET seq = head.seq, hash = head.hash WHERE workspace_id = head.workspace_id;
  END LOOP;
END $$;
CREATE OR REPLACE FUNCTION factotum_finish(events json, jobs json, signals json) RETURNS void LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  bound text := nullif(current_setting('factotum.workspace_id', true), '');
BEGIN
  IF json_array_length(jobs) > 0 THEN
    IF bound IS NOT NULL AND EXISTS (
      SELECT FROM json_array_elements(jobs) AS job WHERE job->'payload'->>'workspaceId' IS DISTINCT FROM bound
    ) THEN
      RAISE EXCEPTION 'A job of another workspace.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM graphile_worker.add_jobs(array_agg(
      (job->>'kind', job->'payload', job->>'queue', (job->>'run_at')::timestamptz, null, job->>'key', null, null)::graphile_worker.job_spec))
    FROM json_array_elements(jobs) AS job;
  END IF;
  PERFORM pg_notify('factotum', signal) FROM json_array_elements_text(signals) AS signal;
  IF json_array_length(events) > 0 THEN
    PERFORM factotum_append_events(events);
  END IF;
END $$;
DELETE FROM drizzle.__drizzle_migrations WHERE created_at = (SELECT max(created_at) FROM drizzle.__drizzle_migrations);
