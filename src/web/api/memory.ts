/** `/api/memory`: what agents remember, to look at, to take along and to delete (F305–F308). */
import express, { type Router } from 'express';
import { z } from 'zod';
import { transaction } from '../../db/client.ts';
import {
  deleteMemories,
  listMemories,
  listVersions,
  type MemoryVersion,
  type ShownMemory,
} from '../../db/memory.ts';
import type { Tx } from '../../db/tx.ts';
import { notFound } from '../../errors.ts';
import type { Web } from '../context.ts';
import { parse } from './answer.ts';
import { Name, text } from './text.ts';

const Filter = z.strictObject({
  agent: text(120).optional(),
  key: text(120).optional(),
  limit: z.coerce.number().int().min(1).max(10_000).default(1000),
});
const Export = z.strictObject({ agent: text(120).optional() });
const Delete = z.strictObject({ agent: Name });

/** More than agents of one workspace remember. */
const everything = 1_000_000;

export function memoryApi(web: Web): Router {
  const router = express.Router();
  const { engine } = web.bot;
  const within = <T>(work: (tx: Tx) => Promise<T>) =>
    transaction(engine.db, { workspaceId: web.workspaceId }, work);

  router.get('/memory', async (request, response) => {
    const filter = parse(Filter, request.query);
    const found = await within((tx) => listMemories(tx, { ...filter, now: engine.now() }));
    response.json({ memories: found.map(toMemory) });
  });

  router.get('/memory/export', async (request, response) => {
    const { agent } = parse(Export, request.query);
    const { found, versions } = await within(async (tx) => {
      const rows = await listMemories(tx, { agent, now: engine.now(), limit: everything });
      return {
        found: rows,
        versions: await listVersions(tx, agent ? rows.map(({ id }) => id) : 'all'),
      };
    });
    const histories = historiesOf(versions);
    const memories = found.map((memory) => ({
      ...toMemory(memory),
      history: (histories.get(memory.id) ?? []).map(toVersion),
    }));
    response.attachment('memory.json').json({ exported_at: engine.now().toISOString(), memories });
  });

  router.delete('/memory/:id', async (request, response) => {
    const { id } = request.params;
    const isOne = /^mem_\w+$/.test(id);
    const deleted = isOne ? await within((tx) => deleteMemories(tx, { id })) : 0;
    if (deleted === 0) throw notFound(`There is no memory ${id.slice(0, 40)}.`);
    response.json({ deleted });
  });

  router.delete('/memory', async (request, response) => {
    const { agent } = parse(Delete, request.query);
    response.json({ deleted: await within((tx) => deleteMemories(tx, { agent })) });
  });
  return router;
}

/** By the memory that they are of, oldest first. */
function historiesOf(versions: MemoryVersion[]): Map<string, MemoryVersion[]> {
  const histories = new Map<string, MemoryVersion[]>();
  for (const version of versions) {
    const known = histories.get(version.memoryId);
    if (known) known.push(version);
    else histories.set(version.memoryId, [version]);
  }
  return histories;
}

function toMemory(memory: ShownMemory) {
  return {
    id: memory.id,
    agent: memory.agent,
    key: memory.key,
    value: memory.shown ?? null,
    version: memory.shownVersion,
    visibility: memory.visibility,
    /** The chat or channel that it is seen in, where that is not everywhere. */
    place: memory.place || null,
    from_agent: memory.fromAgent,
    is_link: memory.linkId !== null,
    task_id: memory.taskId,
    expires_at: memory.expiresAt?.toISOString() ?? null,
    created_at: memory.createdAt.toISOString(),
    updated_at: memory.updatedAt.toISOString(),
  };
}

function toVersion({ version, value, change, changedBy, taskId, at }: MemoryVersion) {
  return {
    ...{ version, value: value ?? null, change, changed_by: changedBy, task_id: taskId },
    at: at.toISOString(),
  };
}
