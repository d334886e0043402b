/** `GET /api/estimates/accuracy`: what was promised and what was measured (F211–F213). */
import express, { type Router } from 'express';
import { transaction } from '../../db/client.ts';
import { listMeasured } from '../../db/estimate.ts';
import { type Accuracy, accuracyOf, promisedCoverage } from '../../engine/estimate/accuracy.ts';
import type { Web } from '../context.ts';

export function estimateApi(web: Web): Router {
  const router = express.Router();
  router.get('/estimates/accuracy', async (_request, response) => {
    const measured = await transaction(web.bot.engine.db, web, (tx) => listMeasured(tx));
    const { overall, bands } = accuracyOf(measured);
    response.json({
      promised_coverage_percent: promisedCoverage,
      overall: toAccuracy(overall),
      bands: bands.map((band) => ({
        complexity: band.complexity,
        tables: band.tables,
        promise_percent: band.promisePercent,
        ...toAccuracy(band),
      })),
    });
  });
  return router;
}

function toAccuracy({ runs, medianError, withinPromise, coverage }: Accuracy) {
  return {
    runs,
    median_error_percent: medianError,
    within_promise_percent: withinPromise,
    coverage_percent: coverage,
  };
}
