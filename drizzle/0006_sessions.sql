CREATE TABLE "sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"workspace_id" text NOT NULL,
	"person" text NOT NULL,
	"name" text NOT NULL,
	"provider" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "sessions" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE INDEX "sessions_workspace_index" ON "sessions" USING btree ("workspace_id");--> statement-breakpoint
CREATE INDEX "sessions_expires_index" ON "sessions" USING btree ("expires_at");--> statement-breakpoint
CREATE POLICY "sessions_workspace" ON "sessions" AS PERMISSIVE FOR ALL TO "factotum_engine" USING ("sessions"."workspace_id" = current_setting('factotum.workspace_id', true)) WITH CHECK ("sessions"."workspace_id" = current_setting('factotum.workspace_id', true));--> statement-breakpoint
-- Which workspace a visitor belongs to is found out by the program itself, never in a transaction of a workspace.
REVOKE ALL ON sessions FROM factotum_engine;
--> statement-breakpoint
-- The histories of apps name who changed a record; the triggers that write them stay as they are.
DO $$
DECLARE place text;
BEGIN
  FOR place IN SELECT schema_name FROM apps LOOP
    CONTINUE WHEN to_regclass(format('%I._changes', place)) IS NULL;
    EXECUTE format('ALTER TABLE %I._changes
      ADD COLUMN IF NOT EXISTS person text DEFAULT nullif(current_setting(''factotum.person'', true), ''''),
      ADD COLUMN IF NOT EXISTS person_name text DEFAULT nullif(current_setting(''factotum.person_name'', true), '''')', place);
  END LOOP;
END $$;
