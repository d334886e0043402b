CREATE TABLE "overheard" (
	"workspace_id" text NOT NULL,
	"channel" text NOT NULL,
	"room" text NOT NULL,
	"conversation" text NOT NULL,
	"external_id" text NOT NULL,
	"author" text NOT NULL,
	"text" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "overheard_workspace_id_channel_conversation_external_id_pk" PRIMARY KEY("workspace_id","channel","conversation","external_id")
);
--> statement-breakpoint
ALTER TABLE "overheard" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE INDEX "overheard_room_index" ON "overheard" USING btree ("workspace_id","channel","room");--> statement-breakpoint
CREATE INDEX "overheard_created_index" ON "overheard" USING btree ("created_at");--> statement-breakpoint
CREATE POLICY "overheard_workspace" ON "overheard" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("overheard"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("overheard"."workspace_id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON overheard TO factotum_engine;
