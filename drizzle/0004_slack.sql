CREATE TABLE "installations" (
	"workspace_id" text PRIMARY KEY NOT NULL,
	"is_organisation" boolean DEFAULT false NOT NULL,
	"app_id" text,
	"bot_user_id" text,
	"installed_by" text,
	"sealed" text,
	"installed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"revoked_at" timestamp with time zone,
	"revoked" text,
	CONSTRAINT "installations_revoked_check" CHECK ("installations"."revoked" in ('uninstalled', 'tokens_revoked'))
);
--> statement-breakpoint
ALTER TABLE "installations" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "claims" (
	"workspace_id" text NOT NULL,
	"id" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "claims_workspace_id_id_pk" PRIMARY KEY("workspace_id","id")
);
--> statement-breakpoint
ALTER TABLE "claims" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "watches" (
	"workspace_id" text NOT NULL,
	"channel" text NOT NULL,
	"room" text NOT NULL,
	"asked_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "watches_workspace_id_channel_room_pk" PRIMARY KEY("workspace_id","channel","room")
);
--> statement-breakpoint
ALTER TABLE "watches" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "deliveries" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "deliveries_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"workspace_id" text NOT NULL,
	"card_id" text NOT NULL,
	"kind" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "deliveries_kind_check" CHECK ("deliveries"."kind" in ('post', 'update'))
);
--> statement-breakpoint
ALTER TABLE "deliveries" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "workspaces" ADD COLUMN "organisation" text;--> statement-breakpoint
ALTER TABLE "people" ADD COLUMN "name" text;--> statement-breakpoint
ALTER TABLE "people" ADD COLUMN "email" text;--> statement-breakpoint
ALTER TABLE "people" ADD COLUMN "timezone" text;--> statement-breakpoint
ALTER TABLE "people" ADD COLUMN "notify" text DEFAULT 'all' NOT NULL;--> statement-breakpoint
ALTER TABLE "people" ADD COLUMN "quiet_from" integer;--> statement-breakpoint
ALTER TABLE "people" ADD COLUMN "quiet_to" integer;--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_card_id_cards_id_fk" FOREIGN KEY ("card_id") REFERENCES "public"."cards"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "claims_created_index" ON "claims" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "deliveries_card_index" ON "deliveries" USING btree ("card_id","at");--> statement-breakpoint
CREATE INDEX "deliveries_workspace_index" ON "deliveries" USING btree ("workspace_id","at");--> statement-breakpoint
CREATE INDEX "tasks_requester_index" ON "tasks" USING btree ("workspace_id","requested_by","created_at");--> statement-breakpoint
CREATE INDEX "people_email_index" ON "people" USING btree ("workspace_id","email");--> statement-breakpoint
ALTER TABLE "people" ADD CONSTRAINT "people_notify_check" CHECK ("people"."notify" in ('all', 'approvals', 'none'));--> statement-breakpoint
CREATE POLICY "installations_workspace" ON "installations" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("installations"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("installations"."workspace_id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
CREATE POLICY "claims_workspace" ON "claims" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("claims"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("claims"."workspace_id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
CREATE POLICY "watches_workspace" ON "watches" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("watches"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("watches"."workspace_id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
CREATE POLICY "deliveries_workspace" ON "deliveries" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("deliveries"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("deliveries"."workspace_id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON claims, watches, deliveries TO factotum_engine;
--> statement-breakpoint
-- Tokens are read by the program itself, never in a transaction of a workspace.
REVOKE ALL ON installations FROM factotum_engine;
