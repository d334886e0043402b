-- Opens a transaction of the engine: its role, its workspace and the locks that it begins with (src/db/client.ts).
-- The locks are taken in that role, so nothing of another workspace can be locked.
CREATE FUNCTION factotum_open(workspace text, task text, shown text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('role', 'factotum_engine', true), set_config('factotum.workspace_id', workspace, true);
  IF shown IS NOT NULL THEN
    -- One delivery of a task's cards at a time, whichever program it is in; cards before their messages.
    PERFORM pg_advisory_xact_lock(hashtextextended('deliver:' || shown, 0));
    PERFORM FROM public.cards WHERE task_id = shown ORDER BY created_at FOR UPDATE;
  END IF;
  IF task IS NOT NULL THEN
    -- What refers to the task may be made meanwhile.
    PERFORM FROM public.tasks WHERE id = task FOR NO KEY UPDATE;
  END IF;
END $$;
--> statement-breakpoint
-- Refuses the transaction when a write has not found the rows that it is about (src/db/write.ts).
CREATE FUNCTION factotum_must(changed bigint, wanted bigint, place text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF changed IS DISTINCT FROM wanted THEN
    RAISE EXCEPTION 'A row of % changed under its lock.', place USING ERRCODE = 'serialization_failure';
  END IF;
END $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION factotum_open(text, text, text), factotum_must(bigint, bigint, text) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION factotum_must(bigint, bigint, text) TO factotum_engine;
--> statement-breakpoint
-- The same chain as before, with one insert and one new end for all events of a transaction. An event's time is
-- when it is written: work may have gone on since the transaction began.
CREATE OR REPLACE FUNCTION factotum_append_events(events json) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  bound text := nullif(current_setting('factotum.workspace_id', true), '');
  e task_events;
  head ledger_heads;
  chained task_events[] := '{}';
BEGIN
  FOR e IN SELECT * FROM json_populate_recordset(null::task_events, events) LOOP
    IF bound IS NOT NULL AND e.workspace_id IS DISTINCT FROM bound THEN
      RAISE EXCEPTION 'An event of another workspace.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF head.workspace_id IS DISTINCT FROM e.workspace_id THEN
      IF head.workspace_id IS NOT NULL THEN
        UPDATE ledger_heads SET seq = head.seq, hash = head.hash WHERE workspace_id = head.workspace_id;
      END IF;
      SELECT * INTO head FROM ledger_heads WHERE workspace_id = e.workspace_id FOR UPDATE;
      IF NOT FOUND THEN
        INSERT INTO ledger_heads VALUES (e.workspace_id, 0, repeat('0', 64)) ON CONFLICT DO NOTHING;
        SELECT * INTO STRICT head FROM ledger_heads WHERE workspace_id = e.workspace_id FOR UPDATE;
      END IF;
    END IF;
    e.seq := head.seq + 1;
    e.at := clock_timestamp();
    e.data := coalesce(e.data, '{}');
    e.hash := encode(sha256(convert_to(head.hash || E'\n' || factotum_ledger_line(e), 'UTF8')), 'hex');
    head.seq := e.seq;
    head.hash := e.hash;
    chained := chained || e;
  END LOOP;
  INSERT INTO task_events (workspace_id, task_id, step_id, event, from_status, to_status, actor, data, at, seq, hash)
    SELECT workspace_id, task_id, step_id, event, from_status, to_status, actor, data, at, seq, hash
    FROM unnest(chained) ORDER BY seq;
  UPDATE ledger_heads SET seq = head.seq, hash = head.hash WHERE workspace_id = head.workspace_id;
END $$;
--> statement-breakpoint
-- Its statements are planned once, not each time for the lists that they are given. A job whose key is that of one
-- which is taken up in the same moment is not added by the queue the first time, since it finds that one free and
-- then not: added once more, it is a job of its own.
CREATE OR REPLACE FUNCTION factotum_finish(events json, jobs json, signals json) RETURNS void LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  bound text := nullif(current_setting('factotum.workspace_id', true), '');
  waiting json := jobs;
  added bigint;
  keys text[];
BEGIN
  IF bound IS NOT NULL AND EXISTS (
    SELECT FROM json_array_elements(jobs) AS job WHERE job->'payload'->>'workspaceId' IS DISTINCT FROM bound
  ) THEN
    RAISE EXCEPTION 'A job of another workspace.' USING ERRCODE = 'insufficient_privilege';
  END IF;
  WHILE json_array_length(waiting) > 0 LOOP
    SELECT count(*), coalesce(array_agg(job.key), '{}') INTO added, keys FROM graphile_worker.add_jobs((
      SELECT array_agg((job->>'kind', job->'payload', job->>'queue', (job->>'run_at')::timestamptz, null,
        job->>'key', (job->>'priority')::int, null)::graphile_worker.job_spec) FROM json_array_elements(waiting) AS job)) AS job;
    EXIT WHEN added >= json_array_length(waiting);
    waiting := (SELECT coalesce(json_agg(job), '[]') FROM json_array_elements(waiting) AS job WHERE job->>'key' <> ALL (keys));
  END LOOP;
  PERFORM pg_notify('factotum', signal) FROM json_array_elements_text(signals) AS signal;
  IF json_array_length(events) > 0 THEN
    PERFORM factotum_append_events(events);
  END IF;
END $$;
