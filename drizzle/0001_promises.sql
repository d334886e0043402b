CREATE TABLE "approval_decisions" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"approval_id" text NOT NULL,
	"actor" text NOT NULL,
	"approve" boolean NOT NULL,
	"reason" text,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "approval_decisions" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "ledger_heads" (
	"workspace_id" text PRIMARY KEY NOT NULL,
	"seq" bigint NOT NULL,
	"hash" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "ledger_heads" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "policies" (
	"workspace_id" text NOT NULL,
	"effect" text NOT NULL,
	"tool" text DEFAULT '*' NOT NULL,
	"decision" text NOT NULL,
	"approvers" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"needed" integer DEFAULT 1 NOT NULL,
	"self_approval" boolean DEFAULT true NOT NULL,
	"updated_by" text NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "policies_workspace_id_effect_tool_pk" PRIMARY KEY("workspace_id","effect","tool"),
	CONSTRAINT "policies_effect_check" CHECK ("policies"."effect" in ('read', 'write', 'send', 'delete', 'external', 'structural')),
	CONSTRAINT "policies_decision_check" CHECK ("policies"."decision" in ('auto', 'ask', 'deny'))
);
--> statement-breakpoint
ALTER TABLE "policies" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "standing_approvals" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"tool" text NOT NULL,
	"recipients" jsonb NOT NULL,
	"max_uses" integer NOT NULL,
	"uses" integer DEFAULT 0 NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"granted_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"revoked_at" timestamp with time zone,
	"revoked_by" text
);
--> statement-breakpoint
ALTER TABLE "standing_approvals" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "estimates" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"task_id" text NOT NULL,
	"run_id" text NOT NULL,
	"complexity" text NOT NULL,
	"low_ms" integer NOT NULL,
	"mid_ms" integer NOT NULL,
	"high_ms" integer NOT NULL,
	"actual_ms" integer,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "estimates_complexity_check" CHECK ("estimates"."complexity" in ('simple', 'medium', 'complex'))
);
--> statement-breakpoint
ALTER TABLE "estimates" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "undos" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"task_id" text NOT NULL,
	"status" text DEFAULT 'running' NOT NULL,
	"asked_by" text NOT NULL,
	"items" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "undos_status_check" CHECK ("undos"."status" in ('running', 'done', 'stopped'))
);
--> statement-breakpoint
ALTER TABLE "undos" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "people" (
	"workspace_id" text NOT NULL,
	"id" text NOT NULL,
	"channel" text NOT NULL,
	"conversation" text NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "people_workspace_id_id_channel_pk" PRIMARY KEY("workspace_id","id","channel")
);
--> statement-breakpoint
ALTER TABLE "people" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "approvals" DROP CONSTRAINT "approvals_status_check";--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "approvers" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "fallback_approver" text;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "working_hours" jsonb;--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "undone_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "rehearsed_run_id" text;--> statement-breakpoint
ALTER TABLE "runs" ADD COLUMN "continues_run_id" text;--> statement-breakpoint
ALTER TABLE "task_steps" ADD COLUMN "effect" jsonb;--> statement-breakpoint
ALTER TABLE "task_steps" ADD COLUMN "kept_from" text;--> statement-breakpoint
ALTER TABLE "approvals" ADD COLUMN "step_ids" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "approvals" ADD COLUMN "cause" text DEFAULT 'plan' NOT NULL;--> statement-breakpoint
ALTER TABLE "approvals" ADD COLUMN "needed" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "approvals" ADD COLUMN "self_approval" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "approvals" ADD COLUMN "effect" jsonb;--> statement-breakpoint
ALTER TABLE "approvals" ADD COLUMN "on_timeout" text DEFAULT 'escalate' NOT NULL;--> statement-breakpoint
ALTER TABLE "approvals" ADD COLUMN "escalate_to" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "approvals" ADD COLUMN "asked_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "approvals" ADD COLUMN "reminded_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "approvals" ADD COLUMN "due_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "approvals" ADD COLUMN "next_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "approvals" ADD COLUMN "performed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "task_events" ADD COLUMN "seq" bigint;--> statement-breakpoint
ALTER TABLE "task_events" ADD COLUMN "hash" text;--> statement-breakpoint
-- The text of a row that its hash is over: every column that says something, in a fixed order.
CREATE FUNCTION factotum_ledger_line(e task_events) RETURNS text LANGUAGE sql STABLE
  SET search_path = pg_catalog, pg_temp AS $$
  SELECT jsonb_build_array(e.seq, e.workspace_id, e.task_id, e.step_id, e.event, e.from_status,
    e.to_status, e.actor, e.data,
    to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text
$$;
--> statement-breakpoint
-- What happened before there was a chain is chained now, in the order in which it was written.
ALTER TABLE task_events DISABLE TRIGGER task_events_append_only;
--> statement-breakpoint
DO $$
DECLARE
  e task_events;
  head text := '';
  place text := '';
BEGIN
  UPDATE task_events SET seq = numbered.seq
  FROM (SELECT id, row_number() OVER (PARTITION BY workspace_id ORDER BY id) AS seq FROM task_events) AS numbered
  WHERE task_events.id = numbered.id;
  FOR e IN SELECT * FROM task_events ORDER BY workspace_id, seq LOOP
    IF e.workspace_id <> place THEN
      place := e.workspace_id;
      head := repeat('0', 64);
    END IF;
    head := encode(sha256(convert_to(head || E'\n' || factotum_ledger_line(e), 'UTF8')), 'hex');
    UPDATE task_events SET hash = head WHERE id = e.id;
    INSERT INTO ledger_heads VALUES (place, e.seq, head)
      ON CONFLICT (workspace_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash;
  END LOOP;
END $$;
--> statement-breakpoint
ALTER TABLE task_events ENABLE TRIGGER task_events_append_only;
--> statement-breakpoint
ALTER TABLE "task_events" ALTER COLUMN "seq" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "task_events" ALTER COLUMN "hash" SET NOT NULL;--> statement-breakpoint
UPDATE task_steps SET error = jsonb_build_object('message', error->'message', 'reason', error->'reason',
  'kind', CASE WHEN error->>'transient' = 'true' THEN 'transient' ELSE 'permanent' END) WHERE error IS NOT NULL;
--> statement-breakpoint
ALTER TABLE "processes" ADD COLUMN "role" text DEFAULT 'all' NOT NULL;--> statement-breakpoint
ALTER TABLE "apps" ADD COLUMN "rehearsal_run_id" text;--> statement-breakpoint
ALTER TABLE "approval_decisions" ADD CONSTRAINT "approval_decisions_approval_id_approvals_id_fk" FOREIGN KEY ("approval_id") REFERENCES "public"."approvals"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "undos" ADD CONSTRAINT "undos_task_id_tasks_id_fk" FOREIGN KEY ("task_id") REFERENCES "public"."tasks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "approval_decisions_actor_key" ON "approval_decisions" USING btree ("approval_id","actor");--> statement-breakpoint
CREATE INDEX "standing_approvals_tool_index" ON "standing_approvals" USING btree ("workspace_id","tool");--> statement-breakpoint
CREATE UNIQUE INDEX "estimates_run_key" ON "estimates" USING btree ("run_id");--> statement-breakpoint
CREATE INDEX "estimates_finished_index" ON "estimates" USING btree ("workspace_id","finished_at");--> statement-breakpoint
CREATE INDEX "undos_task_index" ON "undos" USING btree ("task_id");--> statement-breakpoint
CREATE INDEX "approvals_next_index" ON "approvals" USING btree ("next_at") WHERE status = 'open';--> statement-breakpoint
CREATE INDEX "approvals_unperformed_index" ON "approvals" USING btree ("decided_at") WHERE status = 'approved' and performed_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "task_events_seq_key" ON "task_events" USING btree ("workspace_id","seq");--> statement-breakpoint
ALTER TABLE "approvals" ADD CONSTRAINT "approvals_cause_check" CHECK ("approvals"."cause" in ('plan', 'policy', 'supervised'));--> statement-breakpoint
ALTER TABLE "approvals" ADD CONSTRAINT "approvals_status_check" CHECK ("approvals"."status" in ('open', 'approved', 'rejected', 'expired', 'superseded'));--> statement-breakpoint
CREATE POLICY "approval_decisions_workspace" ON "approval_decisions" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("approval_decisions"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("approval_decisions"."workspace_id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
CREATE POLICY "ledger_heads_workspace" ON "ledger_heads" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("ledger_heads"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("ledger_heads"."workspace_id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
CREATE POLICY "policies_workspace" ON "policies" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("policies"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("policies"."workspace_id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
CREATE POLICY "standing_approvals_workspace" ON "standing_approvals" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("standing_approvals"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("standing_approvals"."workspace_id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
CREATE POLICY "estimates_workspace" ON "estimates" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("estimates"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("estimates"."workspace_id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
CREATE POLICY "undos_workspace" ON "undos" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("undos"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("undos"."workspace_id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
CREATE POLICY "people_workspace" ON "people" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("people"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("people"."workspace_id" = current_setting('factotum.workspace_id', true));
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON approval_decisions, policies, standing_approvals, estimates, undos, people TO factotum_engine;
--> statement-breakpoint
-- The chain is written by the function below only: the engine reads it.
REVOKE INSERT ON task_events FROM factotum_engine;
--> statement-breakpoint
GRANT SELECT ON ledger_heads TO factotum_engine;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION factotum_ledger_line(task_events) TO factotum_engine;
--> statement-breakpoint
-- Appends to the ledger of a workspace. Whoever appends holds the end of the chain until commit.
CREATE FUNCTION factotum_append_events(events json) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
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
--> statement-breakpoint
-- The last statement of a transaction: its events, jobs and signals (src/db/client.ts). Jobs of the
-- queue are added here only; a job may concern the workspace of the transaction and no other.
CREATE FUNCTION factotum_finish(events json, jobs json, signals json) RETURNS void LANGUAGE plpgsql
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
--> statement-breakpoint
REVOKE ALL ON FUNCTION factotum_append_events(json), factotum_finish(json, json, json) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION factotum_append_events(json), factotum_finish(json, json, json) TO factotum_engine;
--> statement-breakpoint
DROP FUNCTION factotum_add_job(text, json, text, text, timestamptz);
