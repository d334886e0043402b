/** `GET` and `POST /api/standing-approvals`, `DELETE /api/standing-approvals/{id}` (R12). */
import express, { type Router } from 'express';
import { z } from 'zod';
import { transaction } from '../../db/client.ts';
import { listStandingApprovals, type StandingApproval } from '../../db/standing-approval.ts';
import {
  grantStandingApproval,
  revokeStandingApproval,
  standingState,
} from '../../engine/standing-approval.ts';
import type { Web } from '../context.ts';
import { parse } from './answer.ts';
import { Name } from './text.ts';

const PostStandingApproval = z.object({
  tool: Name,
  recipients: z.array(Name).max(100).default([]),
  max_uses: z.int(),
  expires_at: z.iso.datetime({ offset: true }),
});

export function standingApprovalApi(web: Web): Router {
  const router = express.Router();
  const { engine } = web.bot;
  const actor = { workspaceId: web.workspaceId, id: web.personId };
  const toAnswer = (standing: StandingApproval) => toStandingApproval(standing, engine.now());

  router.get('/standing-approvals', async (_request, response) => {
    const rows = await transaction(engine.db, actor, listStandingApprovals);
    response.json({ standing_approvals: rows.map(toAnswer) });
  });
  router.post('/standing-approvals', async (request, response) => {
    const wanted = parse(PostStandingApproval, request.body);
    const { tool, recipients, max_uses: maxUses } = wanted;
    const grant = { tool, recipients, maxUses, expiresAt: new Date(wanted.expires_at) };
    response.status(201).json(toAnswer(await grantStandingApproval(engine, actor, grant)));
  });
  router.delete('/standing-approvals/:id', async (request, response) => {
    response.json(toAnswer(await revokeStandingApproval(engine, actor, request.params.id)));
  });
  return router;
}

function toStandingApproval(standing: StandingApproval, now: Date) {
  return {
    id: standing.id,
    tool: standing.tool,
    recipients: standing.recipients,
    max_uses: standing.maxUses,
    uses: standing.uses,
    expires_at: standing.expiresAt.toISOString(),
    granted_by: standing.grantedBy,
    created_at: standing.createdAt.toISOString(),
    revoked_at: standing.revokedAt?.toISOString() ?? null,
    revoked_by: standing.revokedBy,
    state: standingState(standing, now),
  };
}
