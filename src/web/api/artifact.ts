/** `/api/tasks/{id}/artifacts`: what a task has written, its versions, a change, and the wish to send it. */
import express, { type Router } from 'express';
import { z } from 'zod';
import { type Artifact, findArtifact, listArtifacts, listSends } from '../../db/artifact.ts';
import { transaction } from '../../db/client.ts';
import { findTask } from '../../db/task.ts';
import type { Tx } from '../../db/tx.ts';
import { editArtifact, reviseArtifact, sendArtifact } from '../../engine/artifact.ts';
import { longestDraft, missingIn } from '../../engine/model/draft.ts';
import { TaskId } from '../../engine/task-contract.ts';
import { notFound } from '../../errors.ts';
import { redact } from '../../redact.ts';
import type { Web } from '../context.ts';
import { parse } from './answer.ts';
import { text } from './text.ts';

const version = z.int().positive().optional();
const Put = z
  .strictObject({
    /** The whole text, or else `change`: what is to be different, in words. */
    text: text(longestDraft).optional(),
    change: text(2_000).optional(),
    subject: text(300).optional(),
    recipient: text(300).optional(),
    /** The version that was seen; with another one nothing is changed. */
    version,
  })
  .refine(({ text: whole, change }) => (whole === undefined) !== (change === undefined), {
    error: 'must have either text or change',
  });
const Send = z.strictObject({ to: text(200), version });

export function artifactApi(web: Web): Router {
  const router = express.Router();
  const { engine } = web.bot;
  const actor = { workspaceId: web.workspaceId, id: web.personId };
  const read = <T>(id: string, work: (tx: Tx) => Promise<T>): Promise<T> =>
    transaction(engine.db, actor, async (tx) => {
      if (!TaskId.safeParse(id).success || !(await findTask(tx, id)))
        throw notFound(`There is no task ${id.slice(0, 40)}.`);
      return work(tx);
    });

  router.get('/tasks/:id/artifacts', async (request, response) => {
    const { id } = request.params;
    const found = await read(id, async (tx) => ({
      versions: (await listArtifacts(tx, id)).map(toAnswer),
      sends: (await listSends(tx, id)).map(({ sendTaskId, ...send }) => ({
        task_id: sendTaskId,
        ...send,
      })),
    }));
    response.json(found);
  });
  router.put('/tasks/:id/artifacts', async (request, response) => {
    const { id } = request.params;
    const { text: whole, change, version: base, ...about } = parse(Put, request.body);
    await read(id, async () => {});
    const made =
      change === undefined
        ? await editArtifact(engine, actor, id, { ...about, text: whole ?? '' }, base)
        : await reviseArtifact(engine, actor, id, change, base);
    if (made.kind === 'question')
      response.json({ question: { text: made.text, suggestions: made.suggestions } });
    else response.json({ version: made.version, changes: made.changes });
  });
  router.get('/tasks/:id/artifacts/:version/text', async (request, response) => {
    const { id, version: number } = request.params;
    const wanted = /^\d{1,6}$/.test(number) ? Number(number) : 0;
    const found = await read(id, (tx) => findArtifact(tx, id, wanted));
    if (!found) throw notFound(`There is no version ${number.slice(0, 10)} of it.`);
    response.attachment(`${fileName(found)}.txt`).type('text/plain');
    response.send(`${redact(found.text)}\n`);
  });
  router.post('/tasks/:id/artifacts/send', async (request, response) => {
    const { id } = request.params;
    const { to, version: base } = parse(Send, request.body);
    await read(id, async () => {});
    const sent = await sendArtifact(engine, actor, id, { to, version: base });
    if (sent.kind === 'sending') {
      response.status(202).json({ task_id: sent.taskId });
      return;
    }
    const message = 'Task blocked - requires human action';
    response.json({ success: false, strategy: 'blocked', reason: sent.reason, message });
  });
  return router;
}

const fileName = ({ title, version: number }: Artifact): string =>
  `${
    title
      .replace(/[^\p{L}\d]+/gu, '-')
      .replace(/^-|-$/g, '')
      .slice(0, 60) || 'draft'
  }-${number}`;

function toAnswer(artifact: Artifact) {
  const { version: number, kind, title, recipient, subject, text: words } = artifact;
  return {
    ...{ version: number, kind, title, recipient, subject },
    text: words,
    missing: missingIn(`${subject ?? ''}\n${words}`),
    unverified: artifact.unverified,
    changes: artifact.changes,
    made_by: artifact.madeBy,
    created_at: artifact.createdAt.toISOString(),
  };
}
