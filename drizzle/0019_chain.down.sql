DROP INDEX "apps_task_index";
--> statement-breakpoint
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
