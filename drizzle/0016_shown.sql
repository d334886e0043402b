-- A job that is no longer needed, since the transaction has done what it would do: taken back where nobody has begun it.
CREATE FUNCTION factotum_drop_job(wanted text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  bound text := nullif(current_setting('factotum.workspace_id', true), '');
BEGIN
  DELETE FROM graphile_worker._private_jobs AS job
    WHERE job.key = wanted AND job.locked_at IS NULL AND (bound IS NULL OR job.payload->>'workspaceId' = bound);
END $$;
--> statement-breakpoint
REVOKE EXECUTE ON FUNCTION factotum_drop_job(text) FROM PUBLIC;
--> statement-breakpoint
GRANT EXECUTE ON FUNCTION factotum_drop_job(text) TO factotum_engine;
