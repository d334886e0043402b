CREATE TABLE "conversations" (
	"workspace_id" text NOT NULL,
	"channel" text NOT NULL,
	"id" text NOT NULL,
	"kind" text NOT NULL,
	"tenant_id" text NOT NULL,
	"service_url" text NOT NULL,
	"bot" text NOT NULL,
	"name" text,
	"team" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"gone_at" timestamp with time zone,
	CONSTRAINT "conversations_workspace_id_channel_id_pk" PRIMARY KEY("workspace_id","channel","id"),
	CONSTRAINT "conversations_kind_check" CHECK ("conversations"."kind" in ('personal', 'groupChat', 'channel'))
);
--> statement-breakpoint
ALTER TABLE "conversations" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "people" ADD COLUMN "account" text;--> statement-breakpoint
CREATE INDEX "conversations_team_index" ON "conversations" USING btree ("workspace_id","team");--> statement-breakpoint
CREATE POLICY "conversations_workspace" ON "conversations" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("conversations"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("conversations"."workspace_id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON conversations TO factotum_engine;
