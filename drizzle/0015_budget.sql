CREATE TABLE "reservations" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"task_id" text,
	"root_task_id" text,
	"step_id" text,
	"person" text NOT NULL,
	"key" text NOT NULL,
	"kind" text NOT NULL,
	"what" text NOT NULL,
	"model" text,
	"status" text DEFAULT 'open' NOT NULL,
	"tokens_in" integer NOT NULL,
	"tokens_out" integer NOT NULL,
	"microdollars" bigint NOT NULL,
	"messages" integer NOT NULL,
	"is_estimate" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"settled_at" timestamp with time zone,
	CONSTRAINT "reservations_kind_check" CHECK ("reservations"."kind" in ('model', 'message')),
	CONSTRAINT "reservations_status_check" CHECK ("reservations"."status" in ('open', 'settled', 'released'))
);
--> statement-breakpoint
ALTER TABLE "reservations" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "budget" jsonb;--> statement-breakpoint
ALTER TABLE "reservations" ADD CONSTRAINT "reservations_task_id_tasks_id_fk" FOREIGN KEY ("task_id") REFERENCES "public"."tasks"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "reservations_key" ON "reservations" USING btree ("workspace_id","key");--> statement-breakpoint
CREATE INDEX "reservations_root_index" ON "reservations" USING btree ("root_task_id");--> statement-breakpoint
CREATE INDEX "reservations_task_index" ON "reservations" USING btree ("task_id");--> statement-breakpoint
CREATE INDEX "reservations_day_index" ON "reservations" USING btree ("workspace_id","created_at");--> statement-breakpoint
CREATE POLICY "reservations_workspace" ON "reservations" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("reservations"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("reservations"."workspace_id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON reservations TO factotum_engine;
