/** `GET /api/costs`: what the workspace spent in a time; and the cost of a task as JSON. */
import express, { type Router } from 'express';
import { z } from 'zod';
import { transaction } from '../../db/client.ts';
import { type Sum, sumReservations } from '../../db/reservation.ts';
import type { Envelope } from '../../engine/budget/envelope.ts';
import type { Web } from '../context.ts';
import { parse } from './answer.ts';

const moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const Query = z.strictObject({ from: moment.optional(), to: moment.optional() });

export function costApi(web: Web): Router {
  const router = express.Router();
  router.get('/costs', async (request, response) => {
    const { from = null, to = null } = parse(Query, request.query);
    const sum = await transaction(web.bot.engine.db, web, (tx) =>
      sumReservations(tx, { from, to }),
    );
    response.json({
      from: from?.toISOString() ?? null,
      to: to?.toISOString() ?? null,
      cost: toCost(sum),
    });
  });
  return router;
}

export const toCost = (sum: Sum) => ({
  calls: sum.calls,
  estimated_calls: sum.estimates,
  tokens_in: sum.tokensIn,
  tokens_out: sum.tokensOut,
  dollars: sum.microdollars / 1_000_000,
  messages: sum.messages,
});

export const toBudget = ({ tokens, microdollars, minutes, messages }: Envelope) => ({
  ...{ tokens, dollars: microdollars / 1_000_000, minutes, messages },
});
