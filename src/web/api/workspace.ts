/** `GET` and `PATCH /api/workspace`: who approves where nobody is named, and when people are at work. */
import express, { type Router } from 'express';
import { z } from 'zod';
import { transaction } from '../../db/client.ts';
import { getWorkspace, type WorkingHours, type Workspace } from '../../db/workspace.ts';
import { changeWorkspace, type Settings } from '../../engine/setting.ts';
import type { Web } from '../context.ts';
import { parse } from './answer.ts';
import { Name } from './text.ts';

const Clock = z
  .string()
  .regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must be a time such as 09:00');

const Hours = z
  .object({
    /** 1 is Monday, 7 is Sunday. */
    days: z.array(z.int().min(1).max(7)).min(1).max(7),
    from: Clock,
    to: Clock,
  })
  .refine(({ from, to }) => minutesOf(from) < minutesOf(to), 'must begin before they end');

const PatchWorkspace = z.object({
  approvers: z.array(Name).max(50).optional(),
  fallback_approver: Name.nullable().optional(),
  working_hours: Hours.nullable().optional(),
});

export function workspaceApi(web: Web): Router {
  const router = express.Router();
  const { engine } = web.bot;
  const actor = { workspaceId: web.workspaceId, id: web.personId };

  router.get('/workspace', async (_request, response) => {
    const found = await transaction(engine.db, actor, (tx) => getWorkspace(tx, web.workspaceId));
    response.json(toWorkspace(found));
  });
  router.patch('/workspace', async (request, response) => {
    const change = toSettings(parse(PatchWorkspace, request.body));
    response.json(toWorkspace(await changeWorkspace(engine, actor, change)));
  });
  return router;
}

function toSettings({
  approvers,
  fallback_approver: fallbackApprover,
  working_hours: hours,
}: z.infer<typeof PatchWorkspace>): Partial<Settings> {
  return {
    ...(approvers ? { approvers } : {}),
    ...(fallbackApprover === undefined ? {} : { fallbackApprover }),
    ...(hours === undefined ? {} : { workingHours: hours && toWorkingHours(hours) }),
  };
}

function toWorkspace(workspace: Workspace) {
  const { workingHours: hours } = workspace;
  return {
    id: workspace.id,
    kind: workspace.kind,
    name: workspace.name,
    locale: workspace.locale,
    currency: workspace.currency,
    timezone: workspace.timezone,
    approvers: workspace.approvers,
    fallback_approver: workspace.fallbackApprover,
    working_hours: hours && { ...hours, from: clockOf(hours.from), to: clockOf(hours.to) },
  };
}

const toWorkingHours = ({ days, from, to }: z.infer<typeof Hours>): WorkingHours => ({
  days: [...new Set(days)].sort(),
  from: minutesOf(from),
  to: minutesOf(to),
});

/** "17:30" → 1050 */
function minutesOf(clock: string): number {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return hours * 60 + minutes;
}

/** 1050 → "17:30" */
const clockOf = (minutes: number): string =>
  [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':');
