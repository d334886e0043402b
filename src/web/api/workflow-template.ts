/** `/api/workflow-templates`: workflows that come with the program, and one of them taken over. */
import express, { type Router } from 'express';
import { transaction } from '../../db/client.ts';
import { adoptAgents } from '../../engine/agent/agent.ts';
import { getTemplate, listTemplates, type Template } from '../../engine/template.ts';
import { saveWorkflows } from '../../engine/workflow-save.ts';
import { lookHere, warningsOf } from '../../engine/workflow-text.ts';
import type { Web } from '../context.ts';
import { toSummary } from './workflow.ts';

export function workflowTemplateApi(web: Web): Router {
  const router = express.Router();
  const { engine } = web.bot;
  const actor = { workspaceId: web.workspaceId, id: web.personId };

  router.get('/workflow-templates', async (_request, response) => {
    response.json({ templates: (await listTemplates()).map(toTemplate) });
  });
  router.post('/workflow-templates/:name', async (request, response) => {
    const { text, agents } = await getTemplate(request.params.name);
    const { saved, missing, warnings } = await transaction(engine.db, actor, async (tx) => ({
      missing: await adoptAgents(tx, actor, agents),
      saved: await saveWorkflows(tx, engine, actor, text),
      warnings: warningsOf(text, await lookHere(tx, engine)),
    }));
    response.status(saved.some(({ isNew }) => isNew) ? 201 : 200).json({
      workflows: saved.map(({ row }) => toSummary(row)),
      /** Those that only whoever looks after the workspace may add. */
      missing_agents: missing,
      warnings,
    });
  });
  return router;
}

const toTemplate = ({ name, about, text, inputs, agents }: Template) => ({
  ...{ name, about, text, inputs },
  agents: agents.map(({ name, instructions, rules }) => ({ name, instructions, rules })),
});
