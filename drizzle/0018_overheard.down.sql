-- Undoes 0018_overheard. What was said in watched channels of Teams is no longer kept.
DROP TABLE overheard;
DELETE FROM drizzle.__drizzle_migrations WHERE created_at = (SELECT max(created_at) FROM drizzle.__drizzle_migrations);
