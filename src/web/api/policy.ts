/** `GET /api/policies`, `PUT` and `DELETE /api/policies/{effect}/{tool}`: effect × tool → auto, ask, deny. */
import express, { type Router } from 'express';
import { z } from 'zod';
import { transaction } from '../../db/client.ts';
import { effects, listPolicies, policyDecisions } from '../../db/policy.ts';
import { type PolicyView, policyTable } from '../../engine/policy.ts';
import { changePolicy, resetPolicy } from '../../engine/setting.ts';
import type { Web } from '../context.ts';
import { parse } from './answer.ts';
import { Name } from './text.ts';

const Place = z.object({ effect: z.enum(effects), tool: Name });
const PutPolicy = z.object({
  decision: z.enum(policyDecisions),
  /** People, or the words "owner" and "workspace"; empty means both. */
  approvers: z.array(Name).max(50).default([]),
  needed: z.int().min(1).max(20).default(1),
  self_approval: z.boolean().default(true),
});

export function policyApi(web: Web): Router {
  const router = express.Router();
  const { engine } = web.bot;
  const actor = { workspaceId: web.workspaceId, id: web.personId };
  const table = async () => {
    const rows = await transaction(engine.db, actor, listPolicies);
    return { policies: policyTable(rows).map(toPolicy) };
  };

  router.get('/policies', async (_request, response) => {
    response.json(await table());
  });
  router.put('/policies/:effect/:tool', async (request, response) => {
    const place = parse(Place, request.params);
    const { self_approval: selfApproval, ...rule } = parse(PutPolicy, request.body);
    await changePolicy(engine, actor, place, { ...rule, selfApproval });
    response.json(await table());
  });
  router.delete('/policies/:effect/:tool', async (request, response) => {
    await resetPolicy(engine, actor, parse(Place, request.params));
    response.json(await table());
  });
  return router;
}

function toPolicy({ effect, tool, decision, approvers, needed, selfApproval, own }: PolicyView) {
  return { effect, tool, decision, approvers, needed, self_approval: selfApproval, own };
}
