-- The helper functions of the autonomous task execution document, for tracked tasks: those that no run
-- of the engine carries out. They run with the caller's rights, so row-level security binds them.
-- Refusals carry states of their own: FT400 a wrong value, FT404 nothing there, FT409 not now.

-- What may follow what. The same as in src/engine/state.ts; a test compares them.
CREATE FUNCTION factotum_next_status(status text, event text) RETURNS text LANGUAGE sql IMMUTABLE
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT moves.next FROM (VALUES
    ('draft', 'queue', 'queued'),
    ('draft', 'start', 'running'),
    ('draft', 'block', 'blocked'),
    ('draft', 'fail', 'failed'),
    ('planning', 'fail', 'failed'),
    ('queued', 'start', 'running'),
    ('queued', 'block', 'blocked'),
    ('queued', 'fail', 'failed'),
    ('running', 'queue', 'queued'),
    ('running', 'block', 'blocked'),
    ('running', 'complete', 'completed'),
    ('running', 'fail', 'failed'),
    ('paused', 'queue', 'queued'),
    ('paused', 'resume', 'running'),
    ('paused', 'complete', 'completed'),
    ('paused', 'fail', 'failed'),
    ('approval_pending', 'unblock', 'running'),
    ('approval_pending', 'block', 'blocked'),
    ('approval_pending', 'fail', 'failed'),
    ('blocked', 'unblock', 'running'),
    ('blocked', 'fail', 'failed')
  ) AS moves (status, event, next)
  WHERE moves.status = $1 AND moves.event = $2
$$;
--> statement-breakpoint
-- Who acts, for the audit trail: what the program has set for the transaction.
CREATE FUNCTION factotum_actor() RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(nullif(current_setting('factotum.actor', true), ''), 'factotum')
$$;
--> statement-breakpoint
-- Appends to the history of a task and tells everybody: the ledger, the cards, whoever listens, and the
-- task that this one is a part of.
CREATE FUNCTION factotum_record(task tasks, entry jsonb, event text, from_status text) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  stamped jsonb := entry || jsonb_build_object('timestamp',
    coalesce(entry->>'timestamp', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')));
  place jsonb := jsonb_build_object('workspaceId', task.workspace_id, 'taskId', task.id);
  jobs jsonb := jsonb_build_array(jsonb_build_object('kind', 'deliver', 'payload', place,
    'key', 'deliver:' || task.id, 'queue', 'deliver:' || task.id));
  update jsonb := jsonb_build_object('type', CASE event WHEN 'complete' THEN 'task_complete' ELSE 'progress' END);
BEGIN
  UPDATE tasks SET execution_log = execution_log || stamped, updated_at = now() WHERE id = task.id;
  IF task.parent_task_id IS NOT NULL AND event <> 'log' THEN
    jobs := jobs || jsonb_build_object('kind', 'gather', 'key', 'gather:' || task.parent_task_id,
      'payload', place || jsonb_build_object('taskId', task.parent_task_id));
  END IF;
  PERFORM factotum_finish(
    json_build_array(json_build_object('workspace_id', task.workspace_id, 'task_id', task.id, 'event', event,
      'from_status', from_status, 'to_status', CASE WHEN event <> 'log' THEN task.status END,
      'actor', factotum_actor(), 'data', entry)),
    jobs::json,
    json_build_array((place || jsonb_build_object('kind', 'task', 'update', update))::text));
END $$;
--> statement-breakpoint
-- Locks a task that these functions may move: nothing of the engine moves it.
CREATE FUNCTION factotum_hold_tracked(wanted text) RETURNS tasks LANGUAGE plpgsql
  SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  held tasks;
BEGIN
  SELECT * INTO held FROM tasks WHERE id = wanted FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'There is no task %.', left(wanted, 40) USING ERRCODE = 'FT404';
  END IF;
  IF held.plan_version > 0 OR held.status IN ('planning', 'ready')
    OR held.blocked_kind IS NOT DISTINCT FROM 'clarification'
    OR EXISTS (SELECT FROM runs WHERE task_id = held.id) THEN
    RAISE EXCEPTION 'Factotum itself carries out "%": accept, pause, resume or cancel it in its conversation.',
      held.title USING ERRCODE = 'FT409';
  END IF;
  RETURN held;
END $$;
--> statement-breakpoint
-- Compares and sets. `entry` is what the execution log gets; its error, reason and result are kept in the task too.
CREATE FUNCTION factotum_move_tracked(held tasks, event text, verb text, entry jsonb) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  next text := factotum_next_status(held.status, event);
  moved tasks;
BEGIN
  IF next IS NULL THEN
    RAISE EXCEPTION '"%" is %, so it cannot %.', held.title, replace(held.status, '_', ' '), verb
      USING ERRCODE = 'FT409';
  END IF;
  UPDATE tasks SET
    status = next,
    version = version + 1,
    phase = CASE next WHEN 'running' THEN 'act' WHEN 'completed' THEN 'done' ELSE phase END,
    started_at = CASE next WHEN 'running' THEN coalesce(started_at, now()) ELSE started_at END,
    blocked_at = CASE next WHEN 'blocked' THEN now() ELSE blocked_at END,
    blocked_kind = CASE next WHEN 'blocked' THEN coalesce(entry->>'kind', 'human_action') END,
    blocked_reason = CASE next WHEN 'blocked' THEN entry->>'reason' END,
    failed_at = CASE next WHEN 'failed' THEN now() ELSE failed_at END,
    failure_reason = CASE next WHEN 'failed' THEN entry->>'error' ELSE failure_reason END,
    retry_count = retry_count + CASE WHEN held.status = 'running' AND next = 'queued' THEN 1 ELSE 0 END,
    completed_at = CASE next WHEN 'completed' THEN now() ELSE completed_at END,
    progress = CASE next WHEN 'completed' THEN 100 ELSE progress END,
    result = CASE next WHEN 'completed' THEN entry->'result' ELSE result END,
    -- An integer of milliseconds ends after 24 days.
    actual_ms = CASE next WHEN 'completed'
      THEN least(extract(epoch FROM now() - started_at) * 1000, 2147483647)::integer ELSE actual_ms END
  WHERE id = held.id AND status = held.status AND version = held.version RETURNING * INTO moved;
  IF NOT FOUND THEN
    RAISE EXCEPTION '"%" was changed by somebody else at the same time.', held.title USING ERRCODE = 'FT409';
  END IF;
  PERFORM factotum_record(moved, entry, event, held.status);
END $$;
--> statement-breakpoint
-- Appends to the execution history of any task. The entry names its event; a missing timestamp is now.
CREATE FUNCTION add_execution_log_entry(task_id text, log_entry jsonb) RETURNS void LANGUAGE plpgsql
  SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  held tasks;
BEGIN
  IF jsonb_typeof(log_entry) IS DISTINCT FROM 'object' OR coalesce(log_entry->>'event', '') = '' THEN
    RAISE EXCEPTION 'A log entry is an object that names its event.' USING ERRCODE = 'FT400';
  END IF;
  IF octet_length(log_entry::text) > 65536 THEN
    RAISE EXCEPTION 'A log entry has up to 65536 bytes.' USING ERRCODE = 'FT400';
  END IF;
  SELECT * INTO held FROM tasks WHERE id = add_execution_log_entry.task_id FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'There is no task %.', left(task_id, 40) USING ERRCODE = 'FT404';
  END IF;
  PERFORM factotum_record(held, log_entry, 'log', null);
END $$;
--> statement-breakpoint
-- What an agent could do next, the most urgent first: by priority, then by due date, then by age. Manual
-- tasks are somebody's own and are listed only when they are asked for.
CREATE FUNCTION get_executable_tasks(org_id text, execution_type text DEFAULT null) RETURNS SETOF tasks
  LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT * FROM tasks AS task
  WHERE task.workspace_id = $1 AND task.execution_status IN ('pending', 'queued') AND task.status <> 'planning'
    AND CASE WHEN $2 IS NULL THEN task.execution_type <> 'manual' ELSE task.execution_type = $2 END
    AND NOT EXISTS (SELECT FROM runs WHERE runs.task_id = task.id AND runs.finished_at IS NULL)
  ORDER BY array_position(ARRAY['critical', 'high', 'medium', 'low'], task.priority), task.due_at NULLS LAST,
    task.created_at, task.id
$$;
--> statement-breakpoint
-- Marks a task as taken up; also one that was blocked or paused, by whoever takes it over.
CREATE FUNCTION start_task_execution(task_id text, executor_id text, executor_type text) RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  held tasks := factotum_hold_tracked(task_id);
BEGIN
  IF coalesce(executor_type, '') NOT IN ('user', 'agent', 'workflow') OR coalesce(executor_id, '') = '' THEN
    RAISE EXCEPTION 'An executor has an id and is a user, an agent or a workflow.' USING ERRCODE = 'FT400';
  END IF;
  PERFORM factotum_move_tracked(held,
    CASE held.status WHEN 'blocked' THEN 'unblock' WHEN 'paused' THEN 'resume' ELSE 'start' END, 'be started',
    jsonb_build_object('event', 'started', 'executor_id', executor_id, 'executor_type', executor_type));
END $$;
--> statement-breakpoint
CREATE FUNCTION complete_task_execution(task_id text, result_data jsonb) RETURNS void LANGUAGE plpgsql
  SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  PERFORM factotum_move_tracked(factotum_hold_tracked(task_id), 'complete', 'be completed',
    jsonb_build_object('event', 'completed', 'result', coalesce(result_data, '{}')));
END $$;
--> statement-breakpoint
-- Back to the queue while a retry is left, else failed for good. Says whether there will be another try.
CREATE FUNCTION fail_task_execution(task_id text, error text, should_retry boolean DEFAULT true) RETURNS boolean
  LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  held tasks := factotum_hold_tracked(task_id);
  again boolean := coalesce(should_retry, false) AND held.retry_count < held.max_retries;
  entry jsonb := jsonb_build_object('error', coalesce(error, 'No reason was given.'), 'actor', factotum_actor(),
    'retry_count', held.retry_count + again::integer, 'max_retries', held.max_retries);
BEGIN
  IF again AND held.status <> 'running' THEN
    RAISE EXCEPTION '"%" is %, so there is no try to repeat.', held.title, replace(held.status, '_', ' ')
      USING ERRCODE = 'FT409';
  END IF;
  PERFORM factotum_move_tracked(held, CASE WHEN again THEN 'queue' ELSE 'fail' END, 'fail',
    entry || jsonb_build_object('event', CASE WHEN again THEN 'retried' ELSE 'failed' END));
  RETURN again;
END $$;
--> statement-breakpoint
-- `kind` is human_action or dependency: what it waits for.
CREATE FUNCTION block_task_execution(task_id text, reason text, kind text DEFAULT 'human_action') RETURNS void
  LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF coalesce(kind, '') NOT IN ('human_action', 'dependency') OR coalesce(btrim(reason), '') = '' THEN
    RAISE EXCEPTION 'A block has a reason and is a human_action or a dependency.' USING ERRCODE = 'FT400';
  END IF;
  PERFORM factotum_move_tracked(factotum_hold_tracked(task_id), 'block', 'be blocked', jsonb_build_object(
    'event', 'blocked', 'reason', btrim(reason), 'kind', kind, 'actor', factotum_actor()));
END $$;
--> statement-breakpoint
-- A part of a task, for the same person in the same conversation. Returns its id.
CREATE FUNCTION create_subtask(parent_id text, title text, description text DEFAULT null,
  execution_type text DEFAULT 'manual', priority text DEFAULT null, due_at timestamptz DEFAULT null,
  assigned_to_type text DEFAULT null, assigned_to_id text DEFAULT null, id text DEFAULT null) RETURNS text
  LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  parent tasks := factotum_hold_tracked(parent_id);
  wanted text := btrim(coalesce(create_subtask.title, ''));
  above text := parent.parent_task_id;
  depth integer := 1;
  made tasks;
BEGIN
  IF parent.status IN ('completed', 'failed', 'cancelled') THEN
    RAISE EXCEPTION '"%" is already %, so it gets no more parts.', parent.title, parent.status USING ERRCODE = 'FT409';
  END IF;
  IF length(wanted) NOT BETWEEN 1 AND 200 THEN
    RAISE EXCEPTION 'A subtask has a title of 1 to 200 characters.' USING ERRCODE = 'FT400';
  END IF;
  IF create_subtask.execution_type IS NULL
    OR create_subtask.execution_type NOT IN ('manual', 'semi_automated', 'fully_automated') THEN
    RAISE EXCEPTION 'A subtask is manual, semi_automated or fully_automated.' USING ERRCODE = 'FT400';
  END IF;
  IF coalesce(create_subtask.priority, parent.priority) NOT IN ('critical', 'high', 'medium', 'low') THEN
    RAISE EXCEPTION 'A priority is critical, high, medium or low.' USING ERRCODE = 'FT400';
  END IF;
  IF coalesce(create_subtask.assigned_to_type, 'user') NOT IN ('user', 'agent', 'workflow') THEN
    RAISE EXCEPTION 'A task is assigned to a user, an agent or a workflow.' USING ERRCODE = 'FT400';
  END IF;
  WHILE above IS NOT NULL AND depth <= 10 LOOP
    above := (SELECT task.parent_task_id FROM tasks AS task WHERE task.id = above);
    depth := depth + 1;
  END LOOP;
  IF depth > 10 OR (SELECT count(*) FROM tasks AS task WHERE task.parent_task_id = parent.id) >= 200 THEN
    RAISE EXCEPTION '"%" cannot be divided further.', parent.title USING ERRCODE = 'FT409';
  END IF;
  INSERT INTO tasks (id, workspace_id, channel, conversation, requested_by, title, short_name, description,
    execution_type, priority, due_at, assigned_to_type, assigned_to_id, parent_task_id, created_at)
  VALUES (coalesce(create_subtask.id, 'tsk_' || left(replace(gen_random_uuid()::text, '-', ''), 20)),
    parent.workspace_id, parent.channel, parent.conversation, parent.requested_by, wanted, left(wanted, 60),
    coalesce(nullif(btrim(create_subtask.description), ''), wanted), create_subtask.execution_type,
    coalesce(create_subtask.priority, parent.priority), create_subtask.due_at, create_subtask.assigned_to_type,
    create_subtask.assigned_to_id, parent.id, clock_timestamp())
  RETURNING * INTO made;
  PERFORM factotum_record(made, jsonb_build_object('event', 'created', 'actor', factotum_actor()), 'create', null);
  PERFORM factotum_record(parent, jsonb_build_object('event', 'subtask_created', 'subtask_id', made.id,
    'title', made.title, 'execution_type', made.execution_type, 'actor', factotum_actor()), 'log', null);
  RETURN made.id;
END $$;
--> statement-breakpoint
CREATE INDEX "tasks_parent_index" ON "tasks" USING btree ("parent_task_id") WHERE parent_task_id is not null;
--> statement-breakpoint
DO $$
DECLARE
  one regprocedure;
BEGIN
  FOREACH one IN ARRAY ARRAY['factotum_next_status(text, text)', 'factotum_actor()',
    'factotum_record(tasks, jsonb, text, text)', 'factotum_hold_tracked(text)',
    'factotum_move_tracked(tasks, text, text, jsonb)', 'add_execution_log_entry(text, jsonb)',
    'get_executable_tasks(text, text)', 'start_task_execution(text, text, text)',
    'complete_task_execution(text, jsonb)', 'fail_task_execution(text, text, boolean)',
    'block_task_execution(text, text, text)',
    'create_subtask(text, text, text, text, text, timestamptz, text, text, text)']::regprocedure[]
  LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', one);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO factotum_engine', one);
  END LOOP;
END $$;
