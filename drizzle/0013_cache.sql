-- A step that may take what an earlier call gave finds it by its tool and its time.
CREATE INDEX "calls_cache_index" ON "calls" USING btree ("workspace_id","tool","finished_at");
