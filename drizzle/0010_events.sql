CREATE TABLE "workflow_events" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"seq" bigint GENERATED ALWAYS AS IDENTITY (sequence name "workflow_events_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"name" text NOT NULL,
	"payload" jsonb NOT NULL,
	"keys" jsonb NOT NULL,
	"source" text NOT NULL,
	"task_id" text,
	"run_id" text,
	"step_id" text,
	"published_by" text NOT NULL,
	"idempotency_key" text NOT NULL,
	"digest" text NOT NULL,
	"cause_id" text,
	"chain_id" text NOT NULL,
	"depth" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"processed_at" timestamp with time zone,
	"taken" integer DEFAULT 0 NOT NULL,
	"relayed_at" timestamp with time zone,
	CONSTRAINT "workflow_events_source_check" CHECK ("workflow_events"."source" in ('task', 'external', 'redis'))
);
--> statement-breakpoint
ALTER TABLE "workflow_events" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "event_receipts" (
	"wait_id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"event_id" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "event_receipts" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "event_waits" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"task_id" text NOT NULL,
	"run_id" text NOT NULL,
	"step_id" text NOT NULL,
	"step_key" text NOT NULL,
	"name" text NOT NULL,
	"key" text NOT NULL,
	"filter" jsonb,
	"since" timestamp with time zone NOT NULL,
	"due_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"closed_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "event_waits" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "event_handlers" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"workflow_id" text NOT NULL,
	"workflow_version" integer NOT NULL,
	"place" integer NOT NULL,
	"event" text NOT NULL,
	"filter" jsonb,
	"requested_by" text NOT NULL,
	"channel" text NOT NULL,
	"conversation" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "event_handlers" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "event_starts" (
	"handler_id" text NOT NULL,
	"event_id" text NOT NULL,
	"workspace_id" text NOT NULL,
	"task_id" text,
	"problem" text,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "event_starts_handler_id_event_id_pk" PRIMARY KEY("handler_id","event_id")
);
--> statement-breakpoint
ALTER TABLE "event_starts" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "event_bridges" (
	"workspace_id" text PRIMARY KEY NOT NULL,
	"origin" text NOT NULL,
	"since" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "event_bridges" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agent_memory" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"agent" text NOT NULL,
	"key" text NOT NULL,
	"place" text NOT NULL,
	"visibility" text NOT NULL,
	"value" jsonb,
	"version" integer NOT NULL,
	"link_id" text,
	"from_agent" text,
	"task_id" text,
	"changed_by" text NOT NULL,
	"expires_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "agent_memory_visibility_check" CHECK ("agent_memory"."visibility" in ('workspace', 'conversation'))
);
--> statement-breakpoint
ALTER TABLE "agent_memory" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "agent_memory_history" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "agent_memory_history_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"workspace_id" text NOT NULL,
	"memory_id" text NOT NULL,
	"version" integer NOT NULL,
	"value" jsonb,
	"change" text NOT NULL,
	"call_key" text,
	"undoes" integer,
	"changed_by" text NOT NULL,
	"task_id" text,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "agent_memory_history_change_check" CHECK ("agent_memory_history"."change" in ('set', 'share', 'sync', 'undo'))
);
--> statement-breakpoint
ALTER TABLE "agent_memory_history" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "event_receipts" ADD CONSTRAINT "event_receipts_wait_id_event_waits_id_fk" FOREIGN KEY ("wait_id") REFERENCES "public"."event_waits"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "event_receipts" ADD CONSTRAINT "event_receipts_event_id_workflow_events_id_fk" FOREIGN KEY ("event_id") REFERENCES "public"."workflow_events"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "event_waits" ADD CONSTRAINT "event_waits_task_id_tasks_id_fk" FOREIGN KEY ("task_id") REFERENCES "public"."tasks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "event_waits" ADD CONSTRAINT "event_waits_step_id_task_steps_id_fk" FOREIGN KEY ("step_id") REFERENCES "public"."task_steps"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "event_starts" ADD CONSTRAINT "event_starts_handler_id_event_handlers_id_fk" FOREIGN KEY ("handler_id") REFERENCES "public"."event_handlers"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "event_starts" ADD CONSTRAINT "event_starts_event_id_workflow_events_id_fk" FOREIGN KEY ("event_id") REFERENCES "public"."workflow_events"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agent_memory" ADD CONSTRAINT "agent_memory_link_id_agent_memory_id_fk" FOREIGN KEY ("link_id") REFERENCES "public"."agent_memory"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agent_memory_history" ADD CONSTRAINT "agent_memory_history_memory_id_agent_memory_id_fk" FOREIGN KEY ("memory_id") REFERENCES "public"."agent_memory"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "workflow_events_idempotency_key" ON "workflow_events" USING btree ("workspace_id","idempotency_key");--> statement-breakpoint
CREATE INDEX "workflow_events_name_index" ON "workflow_events" USING btree ("workspace_id","name","created_at");--> statement-breakpoint
CREATE INDEX "workflow_events_seq_index" ON "workflow_events" USING btree ("workspace_id","seq");--> statement-breakpoint
CREATE INDEX "workflow_events_waiting_index" ON "workflow_events" USING btree ("workspace_id","seq") WHERE processed_at is null;--> statement-breakpoint
CREATE INDEX "workflow_events_relay_index" ON "workflow_events" USING btree ("workspace_id","seq") WHERE relayed_at is null and source <> 'redis';--> statement-breakpoint
CREATE INDEX "workflow_events_chain_index" ON "workflow_events" USING btree ("chain_id","created_at");--> statement-breakpoint
CREATE INDEX "workflow_events_created_index" ON "workflow_events" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "event_receipts_event_index" ON "event_receipts" USING btree ("event_id");--> statement-breakpoint
CREATE UNIQUE INDEX "event_waits_step_key" ON "event_waits" USING btree ("step_id") WHERE closed_at is null;--> statement-breakpoint
CREATE INDEX "event_waits_open_index" ON "event_waits" USING btree ("workspace_id","name","key") WHERE closed_at is null;--> statement-breakpoint
CREATE INDEX "event_waits_due_index" ON "event_waits" USING btree ("due_at") WHERE closed_at is null;--> statement-breakpoint
CREATE INDEX "event_waits_task_index" ON "event_waits" USING btree ("task_id");--> statement-breakpoint
CREATE INDEX "event_handlers_event_index" ON "event_handlers" USING btree ("workspace_id","event") WHERE ended_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "event_handlers_place_key" ON "event_handlers" USING btree ("workflow_id","workflow_version","place") WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX "event_starts_task_index" ON "event_starts" USING btree ("task_id");--> statement-breakpoint
CREATE UNIQUE INDEX "agent_memory_key" ON "agent_memory" USING btree ("workspace_id","agent","key","place");--> statement-breakpoint
CREATE INDEX "agent_memory_link_index" ON "agent_memory" USING btree ("link_id") WHERE link_id is not null;--> statement-breakpoint
CREATE INDEX "agent_memory_expires_index" ON "agent_memory" USING btree ("expires_at") WHERE expires_at is not null;--> statement-breakpoint
CREATE INDEX "agent_memory_history_memory_index" ON "agent_memory_history" USING btree ("memory_id","id");--> statement-breakpoint
CREATE UNIQUE INDEX "agent_memory_history_call_key" ON "agent_memory_history" USING btree ("memory_id","call_key") WHERE call_key is not null;--> statement-breakpoint
CREATE POLICY "workflow_events_workspace" ON "workflow_events" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("workflow_events"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("workflow_events"."workspace_id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
CREATE POLICY "event_receipts_workspace" ON "event_receipts" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("event_receipts"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("event_receipts"."workspace_id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
CREATE POLICY "event_waits_workspace" ON "event_waits" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("event_waits"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("event_waits"."workspace_id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
CREATE POLICY "event_handlers_workspace" ON "event_handlers" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("event_handlers"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("event_handlers"."workspace_id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
CREATE POLICY "event_starts_workspace" ON "event_starts" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("event_starts"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("event_starts"."workspace_id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
CREATE POLICY "event_bridges_workspace" ON "event_bridges" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("event_bridges"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("event_bridges"."workspace_id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
CREATE POLICY "agent_memory_workspace" ON "agent_memory" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("agent_memory"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("agent_memory"."workspace_id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
CREATE POLICY "agent_memory_history_workspace" ON "agent_memory_history" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("agent_memory_history"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("agent_memory_history"."workspace_id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
CREATE VIEW "public"."bot_shared_memory" WITH (security_invoker = true) AS (select own.workspace_id, own.from_agent as source_bot, own.agent as target_bot, own.key as memory_key, coalesce(shown.value, own.value) as memory_value, own.link_id is not null as is_link, own.updated_at as shared_at from agent_memory as own left join agent_memory as shown on shown.id = own.link_id where own.from_agent is not null);--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON workflow_events, event_waits, event_receipts, event_handlers, event_starts, agent_memory, agent_memory_history TO factotum_engine;
--> statement-breakpoint
GRANT SELECT ON bot_shared_memory TO factotum_engine;
--> statement-breakpoint
-- How far Redis was told is known to the program itself only.
REVOKE ALL ON event_bridges FROM factotum_engine;
