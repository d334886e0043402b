-- How sure a proposal of a room has to be is counted from what people made of earlier ones there.
CREATE INDEX "actions_room_index" ON "actions" USING btree ("workspace_id",(subject->>'room')) WHERE consumed_at is not null and subject ? 'room';
