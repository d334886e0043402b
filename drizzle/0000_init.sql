-- The engine runs as a role that owns nothing, so that row-level security binds it
-- whoever logs in. Roles belong to the whole server: another database may have made it.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'factotum_engine') THEN
    CREATE ROLE factotum_engine NOLOGIN;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
--> statement-breakpoint
DO $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM pg_auth_members m
    WHERE m.roleid = 'factotum_engine'::regrole AND m.member = current_user::regrole AND NOT m.admin_option
  ) THEN
    EXECUTE format('GRANT factotum_engine TO %I', current_user);
  END IF;
END $$;
--> statement-breakpoint
CREATE TABLE "workspaces" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"locale" text DEFAULT 'en-US' NOT NULL,
	"currency" text DEFAULT 'USD' NOT NULL,
	"timezone" text DEFAULT 'UTC' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "workspaces_kind_check" CHECK ("workspaces"."kind" in ('local', 'slack', 'teams'))
);
--> statement-breakpoint
ALTER TABLE "workspaces" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "messages" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"channel" text NOT NULL,
	"conversation" text NOT NULL,
	"author" text NOT NULL,
	"external_id" text,
	"text" text NOT NULL,
	"card" jsonb,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"handled_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "messages" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "tasks" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"channel" text NOT NULL,
	"conversation" text NOT NULL,
	"requested_by" text NOT NULL,
	"title" text NOT NULL,
	"short_name" text NOT NULL,
	"description" text NOT NULL,
	"status" text DEFAULT 'draft' NOT NULL,
	"execution_status" text GENERATED ALWAYS AS (case status when 'draft' then 'pending' when 'planning' then 'pending' when 'ready' then 'pending' when 'running' then 'in_progress' when 'approval_pending' then 'blocked' else status end) STORED NOT NULL,
	"phase" text DEFAULT 'discover' NOT NULL,
	"execution_type" text DEFAULT 'fully_automated' NOT NULL,
	"priority" text DEFAULT 'medium' NOT NULL,
	"due_at" timestamp with time zone,
	"assigned_to_type" text,
	"assigned_to_id" text,
	"workflow_id" text,
	"agent_id" text,
	"parent_task_id" text,
	"restarted_from_id" text,
	"plan_version" integer DEFAULT 0 NOT NULL,
	"progress" integer DEFAULT 0 NOT NULL,
	"execution_log" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"automation_rules" jsonb,
	"ai_confidence" real,
	"ai_context" text,
	"question" jsonb,
	"started_at" timestamp with time zone,
	"blocked_at" timestamp with time zone,
	"failed_at" timestamp with time zone,
	"completed_at" timestamp with time zone,
	"cancelled_at" timestamp with time zone,
	"blocked_kind" text,
	"blocked_reason" text,
	"failure_reason" text,
	"retry_count" integer DEFAULT 0 NOT NULL,
	"max_retries" integer DEFAULT 3 NOT NULL,
	"estimated_ms" integer,
	"actual_ms" integer,
	"estimated_duration_minutes" real GENERATED ALWAYS AS (estimated_ms / 60000.0) STORED,
	"actual_duration_minutes" real GENERATED ALWAYS AS (actual_ms / 60000.0) STORED,
	"result" jsonb,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "tasks_status_check" CHECK ("tasks"."status" in ('draft', 'planning', 'ready', 'queued', 'running', 'paused', 'approval_pending', 'blocked', 'completed', 'failed', 'cancelled')),
	CONSTRAINT "tasks_phase_check" CHECK ("tasks"."phase" in ('discover', 'plan', 'act', 'verify', 'done')),
	CONSTRAINT "tasks_execution_type_check" CHECK ("tasks"."execution_type" in ('manual', 'semi_automated', 'fully_automated')),
	CONSTRAINT "tasks_priority_check" CHECK ("tasks"."priority" in ('critical', 'high', 'medium', 'low')),
	CONSTRAINT "tasks_blocked_kind_check" CHECK ("tasks"."blocked_kind" in ('approval', 'dependency', 'human_action', 'clarification', 'error', 'budget'))
);
--> statement-breakpoint
ALTER TABLE "tasks" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "plans" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"task_id" text NOT NULL,
	"version" integer NOT NULL,
	"plan" jsonb NOT NULL,
	"changes" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "plans" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "runs" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"task_id" text NOT NULL,
	"plan_version" integer NOT NULL,
	"mode" text DEFAULT 'automatic' NOT NULL,
	"checks_before" text DEFAULT 'waiting' NOT NULL,
	"checks_after" text DEFAULT 'waiting' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	CONSTRAINT "runs_mode_check" CHECK ("runs"."mode" in ('automatic', 'supervised', 'dry_run'))
);
--> statement-breakpoint
ALTER TABLE "runs" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "task_steps" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"task_id" text NOT NULL,
	"run_id" text NOT NULL,
	"key" text NOT NULL,
	"parent_id" text,
	"step_order" integer NOT NULL,
	"name" text NOT NULL,
	"completed_label" text NOT NULL,
	"detail" text DEFAULT '' NOT NULL,
	"kind" text NOT NULL,
	"tool" text,
	"priority" text NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"progress" integer DEFAULT 0 NOT NULL,
	"substeps" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"attempt" integer DEFAULT 0 NOT NULL,
	"claim" integer DEFAULT 0 NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	"retry_at" timestamp with time zone,
	"expected_ms" integer NOT NULL,
	"result" jsonb,
	"error" jsonb,
	"started_at" timestamp with time zone,
	"completed_at" timestamp with time zone,
	"duration_ms" integer,
	"updated_at" timestamp with time zone,
	CONSTRAINT "task_steps_status_check" CHECK ("task_steps"."status" in ('pending', 'running', 'completed', 'failed', 'skipped', 'paused', 'approval')),
	CONSTRAINT "task_steps_priority_check" CHECK ("task_steps"."priority" in ('critical', 'high', 'medium', 'low'))
);
--> statement-breakpoint
ALTER TABLE "task_steps" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "calls" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"task_id" text NOT NULL,
	"step_id" text NOT NULL,
	"idempotency_key" text NOT NULL,
	"tool" text NOT NULL,
	"input" jsonb NOT NULL,
	"status" text DEFAULT 'started' NOT NULL,
	"output" jsonb,
	"error" text,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "calls" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "approvals" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"task_id" text NOT NULL,
	"step_id" text NOT NULL,
	"approvers" jsonb NOT NULL,
	"digest" text NOT NULL,
	"timeout_seconds" integer,
	"status" text DEFAULT 'open' NOT NULL,
	"decided_by" text,
	"reason" text,
	"decided_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "approvals_status_check" CHECK ("approvals"."status" in ('open', 'approved', 'rejected', 'expired'))
);
--> statement-breakpoint
ALTER TABLE "approvals" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "task_checks" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"task_id" text NOT NULL,
	"run_id" text NOT NULL,
	"key" text NOT NULL,
	"position" integer NOT NULL,
	"label" text NOT NULL,
	"before" jsonb,
	"after" jsonb
);
--> statement-breakpoint
ALTER TABLE "task_checks" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "task_events" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "task_events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"workspace_id" text NOT NULL,
	"task_id" text NOT NULL,
	"step_id" text,
	"event" text NOT NULL,
	"from_status" text,
	"to_status" text,
	"actor" text NOT NULL,
	"data" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "task_events" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "actions" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"card_id" text NOT NULL,
	"task_id" text,
	"verb" text NOT NULL,
	"subject" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"repeatable" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"consumed_at" timestamp with time zone,
	"consumed_by" text,
	"closed_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "actions" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "cards" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"task_id" text,
	"key" text NOT NULL,
	"channel" text NOT NULL,
	"conversation" text NOT NULL,
	"card" jsonb NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"shown_version" integer DEFAULT 0 NOT NULL,
	"reference" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "cards" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "processes" (
	"id" text PRIMARY KEY NOT NULL,
	"worker_ids" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "apps" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"task_id" text,
	"slug" text NOT NULL,
	"name" text NOT NULL,
	"schema_name" text NOT NULL,
	"role_name" text NOT NULL,
	"spec" jsonb NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"status" text DEFAULT 'building' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "apps_schemaName_unique" UNIQUE("schema_name"),
	CONSTRAINT "apps_roleName_unique" UNIQUE("role_name"),
	CONSTRAINT "apps_status_check" CHECK ("apps"."status" in ('building', 'live', 'removed'))
);
--> statement-breakpoint
ALTER TABLE "apps" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_parent_task_id_tasks_id_fk" FOREIGN KEY ("parent_task_id") REFERENCES "public"."tasks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_restarted_from_id_tasks_id_fk" FOREIGN KEY ("restarted_from_id") REFERENCES "public"."tasks"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plans" ADD CONSTRAINT "plans_task_id_tasks_id_fk" FOREIGN KEY ("task_id") REFERENCES "public"."tasks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "runs" ADD CONSTRAINT "runs_task_id_tasks_id_fk" FOREIGN KEY ("task_id") REFERENCES "public"."tasks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "task_steps" ADD CONSTRAINT "task_steps_task_id_tasks_id_fk" FOREIGN KEY ("task_id") REFERENCES "public"."tasks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "task_steps" ADD CONSTRAINT "task_steps_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "task_steps" ADD CONSTRAINT "task_steps_parent_id_task_steps_id_fk" FOREIGN KEY ("parent_id") REFERENCES "public"."task_steps"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_step_id_task_steps_id_fk" FOREIGN KEY ("step_id") REFERENCES "public"."task_steps"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "approvals" ADD CONSTRAINT "approvals_step_id_task_steps_id_fk" FOREIGN KEY ("step_id") REFERENCES "public"."task_steps"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "task_checks" ADD CONSTRAINT "task_checks_run_id_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."runs"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "actions" ADD CONSTRAINT "actions_card_id_cards_id_fk" FOREIGN KEY ("card_id") REFERENCES "public"."cards"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "messages_external_key" ON "messages" USING btree ("workspace_id","channel","conversation","external_id");--> statement-breakpoint
CREATE INDEX "messages_conversation_index" ON "messages" USING btree ("workspace_id","conversation","created_at");--> statement-breakpoint
CREATE INDEX "tasks_conversation_index" ON "tasks" USING btree ("workspace_id","conversation","created_at");--> statement-breakpoint
CREATE INDEX "tasks_status_index" ON "tasks" USING btree ("workspace_id","status");--> statement-breakpoint
CREATE UNIQUE INDEX "plans_version_key" ON "plans" USING btree ("task_id","version");--> statement-breakpoint
CREATE INDEX "runs_task_index" ON "runs" USING btree ("task_id");--> statement-breakpoint
CREATE UNIQUE INDEX "task_steps_key" ON "task_steps" USING btree ("run_id","key");--> statement-breakpoint
CREATE INDEX "task_steps_task_index" ON "task_steps" USING btree ("task_id","step_order");--> statement-breakpoint
CREATE INDEX "task_steps_history_index" ON "task_steps" USING btree ("workspace_id","tool","completed_at");--> statement-breakpoint
CREATE UNIQUE INDEX "calls_idempotency_key" ON "calls" USING btree ("workspace_id","idempotency_key");--> statement-breakpoint
CREATE INDEX "calls_task_index" ON "calls" USING btree ("task_id");--> statement-breakpoint
CREATE INDEX "approvals_task_index" ON "approvals" USING btree ("task_id","status");--> statement-breakpoint
CREATE UNIQUE INDEX "task_checks_key" ON "task_checks" USING btree ("run_id","key");--> statement-breakpoint
CREATE INDEX "task_events_task_index" ON "task_events" USING btree ("task_id","id");--> statement-breakpoint
CREATE INDEX "actions_card_index" ON "actions" USING btree ("card_id");--> statement-breakpoint
CREATE UNIQUE INDEX "cards_key" ON "cards" USING btree ("workspace_id","task_id","key","channel","conversation");--> statement-breakpoint
CREATE UNIQUE INDEX "apps_slug_key" ON "apps" USING btree ("slug");--> statement-breakpoint
CREATE VIEW "public"."task_progress" WITH (security_invoker = true) AS (select task_id, step_order as step, progress as percent, status, case when status = 'pending' then null else updated_at end as updated_at from task_steps where parent_id is null);--> statement-breakpoint
CREATE POLICY "workspaces_workspace" ON "workspaces" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("workspaces"."id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("workspaces"."id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
CREATE POLICY "messages_workspace" ON "messages" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("messages"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("messages"."workspace_id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
CREATE POLICY "tasks_workspace" ON "tasks" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("tasks"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("tasks"."workspace_id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
CREATE POLICY "plans_workspace" ON "plans" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("plans"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("plans"."workspace_id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
CREATE POLICY "runs_workspace" ON "runs" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("runs"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("runs"."workspace_id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
CREATE POLICY "task_steps_workspace" ON "task_steps" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("task_steps"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("task_steps"."workspace_id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
CREATE POLICY "calls_workspace" ON "calls" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("calls"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("calls"."workspace_id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
CREATE POLICY "approvals_workspace" ON "approvals" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("approvals"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("approvals"."workspace_id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
CREATE POLICY "task_checks_workspace" ON "task_checks" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("task_checks"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("task_checks"."workspace_id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
CREATE POLICY "task_events_workspace" ON "task_events" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("task_events"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("task_events"."workspace_id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
CREATE POLICY "actions_workspace" ON "actions" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("actions"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("actions"."workspace_id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
CREATE POLICY "cards_workspace" ON "cards" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("cards"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("cards"."workspace_id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
CREATE POLICY "apps_workspace" ON "apps" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("apps"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("apps"."workspace_id" = current_setting('factotum.workspace_id', true));
--> statement-breakpoint
GRANT USAGE ON SCHEMA public TO factotum_engine;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO factotum_engine;
--> statement-breakpoint
REVOKE ALL ON task_events, processes FROM factotum_engine;
--> statement-breakpoint
GRANT SELECT, INSERT ON task_events TO factotum_engine;
--> statement-breakpoint
-- The audit trail is append-only for everybody, the owner of the table included.
CREATE FUNCTION factotum_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'task_events is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
--> statement-breakpoint
CREATE TRIGGER task_events_append_only BEFORE UPDATE OR DELETE ON task_events
  FOR EACH ROW EXECUTE FUNCTION factotum_refuse_change();
--> statement-breakpoint
CREATE TRIGGER task_events_no_truncate BEFORE TRUNCATE ON task_events
  FOR EACH STATEMENT EXECUTE FUNCTION factotum_refuse_change();
--> statement-breakpoint
-- The queue's tables belong to the account that logs in; the engine role adds jobs only here.
CREATE FUNCTION factotum_add_job(kind text, payload json, key text, queue text, run_at timestamptz)
  RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM graphile_worker.add_job(
    identifier => kind, payload => payload, queue_name => queue, run_at => run_at, job_key => key);
END $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION factotum_add_job(text, json, text, text, timestamptz) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION factotum_add_job(text, json, text, text, timestamptz) TO factotum_engine;
