CREATE TABLE "workflows" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"key" text NOT NULL,
	"name" text NOT NULL,
	"version" integer NOT NULL,
	"text" text NOT NULL,
	"inputs" jsonb NOT NULL,
	"runs" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"deleted_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "workflows" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "inputs" jsonb;--> statement-breakpoint
CREATE UNIQUE INDEX "workflows_version_key" ON "workflows" USING btree ("workspace_id","key","version");--> statement-breakpoint
CREATE INDEX "tasks_workflow_index" ON "tasks" USING btree ("workflow_id","created_at") WHERE workflow_id is not null;--> statement-breakpoint
CREATE VIEW "public"."workflow_executions" WITH (security_invoker = true) AS (select task.id, task.workspace_id, workflow.id as workflow_id, workflow.name as workflow, workflow.version, task.status, coalesce(task.inputs, '{}') as inputs, (select min(step.step_order) from task_steps as step where step.run_id = run.id and step.parent_id is null and step.status not in ('completed', 'skipped')) as current_step, (select coalesce(jsonb_object_agg(step.key, step.result), '{}') from task_steps as step where step.run_id = run.id and step.status = 'completed') as state, coalesce(task.failure_reason, task.blocked_reason) as error, task.requested_by as started_by, task.created_at, task.started_at, task.updated_at, coalesce(task.completed_at, task.failed_at, task.cancelled_at) as finished_at from tasks as task join workflows as workflow on workflow.id = task.workflow_id left join lateral (select id from runs where runs.task_id = task.id and runs.mode <> 'dry_run' order by created_at desc limit 1) as run on true);--> statement-breakpoint
CREATE POLICY "workflows_workspace" ON "workflows" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("workflows"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("workflows"."workspace_id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
-- A version is never changed: what was read is what runs. Only its removal can be noted.
REVOKE ALL ON workflows FROM factotum_engine;
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE (deleted_at) ON workflows TO factotum_engine;
--> statement-breakpoint
GRANT SELECT ON workflow_executions TO factotum_engine;
