-- The same chain as before; what is given is read once, and before the end of the chain is held.
CREATE OR REPLACE FUNCTION factotum_append_events(events json) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  bound text := nullif(current_setting('factotum.workspace_id', true), '');
  workspace text;
  head ledger_heads;
  moment timestamptz;
  given task_events[];
  lines text[];
  hashes text[];
BEGIN
  SELECT array_agg(e) INTO given FROM json_populate_recordset(null::task_events, events) AS e;
  FOR workspace IN SELECT DISTINCT e.workspace_id FROM unnest(given) AS e ORDER BY 1 LOOP
    IF bound IS NOT NULL AND workspace IS DISTINCT FROM bound THEN
      RAISE EXCEPTION 'An event of another workspace.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT * INTO head FROM ledger_heads WHERE workspace_id = workspace FOR UPDATE;
    IF NOT FOUND THEN
      INSERT INTO ledger_heads VALUES (workspace, 0, repeat('0', 64)) ON CONFLICT DO NOTHING;
      SELECT * INTO STRICT head FROM ledger_heads WHERE workspace_id = workspace FOR UPDATE;
    END IF;
    -- Only now that the end of the chain is held: no later row may be older.
    moment := clock_timestamp();
    -- What factotum_ledger_line makes of a row.
    SELECT array_agg(jsonb_build_array(head.seq + place, e.workspace_id, e.task_id, e.step_id, e.event, e.from_status,
        e.to_status, e.actor, coalesce(e.data, '{}'),
        to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text ORDER BY place)
      INTO lines
      FROM (
        SELECT one.*, row_number() OVER () AS place FROM unnest(given) AS one
        WHERE one.workspace_id IS NOT DISTINCT FROM workspace
      ) AS e;
    hashes := lines;
    FOR place IN 1 .. cardinality(lines) LOOP
      head.hash := encode(sha256(convert_to(head.hash || E'\n' || lines[place], 'UTF8')), 'hex');
      hashes[place] := head.hash;
    END LOOP;
    INSERT INTO task_events (workspace_id, task_id, step_id, event, from_status, to_status, actor, data, at, seq, hash)
      SELECT e.workspace_id, e.task_id, e.step_id, e.event, e.from_status, e.to_status, e.actor, coalesce(e.data, '{}'),
        moment, head.seq + place, hashes[place]
      FROM (
        SELECT one.*, row_number() OVER () AS place FROM unnest(given) AS one
        WHERE one.workspace_id IS NOT DISTINCT FROM workspace
      ) AS e ORDER BY place;
    UPDATE ledger_heads SET seq = head.seq + cardinality(lines), hash = head.hash WHERE workspace_id = workspace;
  END LOOP;
END $$;
