/** `GET /api/agents`, `GET`, `PUT` and `DELETE /api/agents/{name}`: who may be asked in this workspace. */
import express, { type Router } from 'express';
import { z } from 'zod';
import {
  type Agent,
  agentKinds,
  defaultLimits,
  findAgent,
  listAgents,
  resultTypes,
} from '../../db/agent.ts';
import { transaction } from '../../db/client.ts';
import { removeAgent, setAgent } from '../../engine/agent/agent.ts';
import { notFound } from '../../errors.ts';
import type { Web } from '../context.ts';
import { parse } from './answer.ts';
import { Name, text } from './text.ts';

/** As it stands in BOT "name" of a workflow, in addresses and on cards. */
const AgentName = text(60)
  .transform((value) => value.trim())
  .refine(
    (value) => /^[\p{L}\p{N}][\p{L}\p{M}\p{N} ._-]*$/u.test(value),
    'must begin with a letter or digit, and have only those, spaces, dots, lines and dashes',
  );

/** A name that rules and workflows can write without quotes. */
const FieldName = text(40).regex(
  /^[\p{L}_][\p{L}\p{M}\p{N}_]*$/u,
  'must be a word such as category',
);

const Field = z.strictObject({
  name: FieldName,
  type: z.enum(resultTypes),
  options: z.array(Name).max(50).default([]),
  about: text(500).default(''),
});

const PutAgent = z.strictObject({
  kind: z.enum(agentKinds).default('agent'),
  instructions: text(10_000).default(''),
  tools: z.array(Name).max(50).default([]),
  capabilities: z.array(Name).max(50).default([]),
  rules: text(50_000).default(''),
  result: z.array(Field).max(30).default([]),
  limits: z
    .strictObject({
      steps: z.int().min(1).max(50).default(defaultLimits.steps),
      tokens: z.int().min(500).max(1_000_000).default(defaultLimits.tokens),
      seconds: z.int().min(1).max(540).default(defaultLimits.seconds),
    })
    .prefault({}),
  enabled: z.boolean().default(true),
});

export function agentApi(web: Web): Router {
  const router = express.Router();
  const { engine } = web.bot;
  const actor = { workspaceId: web.workspaceId, id: web.personId };

  router.get('/agents', async (_request, response) => {
    const rows = await transaction(engine.db, actor, listAgents);
    response.json({ agents: rows.map(toAgent) });
  });
  router.get('/agents/:name', async (request, response) => {
    const name = parse(Name, request.params.name);
    const agent = await transaction(engine.db, actor, (tx) => findAgent(tx, name));
    if (!agent) throw notFound(`There is no agent “${name.slice(0, 60)}” here.`);
    response.json(toAgent(agent));
  });
  router.put('/agents/:name', async (request, response) => {
    const name = parse(AgentName, request.params.name);
    const { tools, capabilities, ...settings } = parse(PutAgent, request.body);
    const agent = await setAgent(engine, actor, {
      ...settings,
      name,
      tools: [...new Set(tools)],
      capabilities: [...new Set(capabilities)],
    });
    response.json(toAgent(agent));
  });
  router.delete('/agents/:name', async (request, response) => {
    await removeAgent(engine, actor, parse(Name, request.params.name));
    const rows = await transaction(engine.db, actor, listAgents);
    response.json({ agents: rows.map(toAgent) });
  });
  return router;
}

function toAgent(agent: Agent) {
  const { name, kind, instructions, tools, capabilities, rules, result, limits } = agent;
  return {
    ...{ name, kind, instructions, tools, capabilities, rules, result, limits },
    enabled: agent.enabled,
    version: agent.version,
    updated_by: agent.updatedBy,
    updated_at: agent.updatedAt.toISOString(),
  };
}
