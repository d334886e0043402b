CREATE TABLE "artifacts" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"task_id" text NOT NULL,
	"version" integer NOT NULL,
	"kind" text NOT NULL,
	"title" text NOT NULL,
	"recipient" text,
	"subject" text,
	"text" text NOT NULL,
	"unverified" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"changes" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"made_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "artifacts_kind_check" CHECK ("artifacts"."kind" in ('email', 'reply', 'message', 'summary', 'outline', 'agenda', 'status_report', 'action_items', 'minutes', 'text'))
);
--> statement-breakpoint
ALTER TABLE "artifacts" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "artifact_sends" (
	"send_task_id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"task_id" text NOT NULL,
	"version" integer NOT NULL,
	"recipient" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "artifact_sends" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "artifacts" ADD CONSTRAINT "artifacts_task_id_tasks_id_fk" FOREIGN KEY ("task_id") REFERENCES "public"."tasks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "artifact_sends" ADD CONSTRAINT "artifact_sends_send_task_id_tasks_id_fk" FOREIGN KEY ("send_task_id") REFERENCES "public"."tasks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "artifact_sends" ADD CONSTRAINT "artifact_sends_task_id_tasks_id_fk" FOREIGN KEY ("task_id") REFERENCES "public"."tasks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "artifacts_version" ON "artifacts" USING btree ("task_id","version");--> statement-breakpoint
CREATE INDEX "artifact_sends_task_index" ON "artifact_sends" USING btree ("task_id");--> statement-breakpoint
CREATE POLICY "artifacts_workspace" ON "artifacts" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("artifacts"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("artifacts"."workspace_id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
CREATE POLICY "artifact_sends_workspace" ON "artifact_sends" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("artifact_sends"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("artifact_sends"."workspace_id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON artifacts, artifact_sends TO factotum_engine;
--> statement-breakpoint
-- What somebody has approved or sent stays as it was: an edit is a version more.
REVOKE UPDATE ON artifacts, artifact_sends FROM factotum_engine;
