-- Which events a workflow publishes, and which it waits for or hears: who asks need not read all texts.
ALTER TABLE "workflows" ADD COLUMN "publishes" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "workflows" ADD COLUMN "awaits" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
UPDATE "workflows" SET
	"publishes" = coalesce((SELECT jsonb_agg(DISTINCT trim(found[1])) FROM regexp_matches("text", 'PUBLISH\s+EVENT\s+["“”]([^"“”\n]+)["“”]', 'gi') AS found), '[]'),
	"awaits" = coalesce((SELECT jsonb_agg(DISTINCT trim(found[1])) FROM regexp_matches("text", '(?:FOR|ON)\s+EVENT\s+["“”]([^"“”\n]+)["“”]', 'gi') AS found), '[]');
