/** The offline adapter of the Model port: grammar and knowledge of trades, no network. */
import { hideSecrets } from '../../../secret.ts';
import type { Model } from '../model.ts';
import { assessText } from './assess.ts';
import { extractTasks } from './extract/extract.ts';
import { reviseSpec } from './revise.ts';
import { revisePlan } from './revise-plan.ts';
import { understandText } from './understand.ts';
import { changeDraft } from './write/change.ts';
import { writeDraft } from './write/write.ts';

/** A model that reads English descriptions by rules. It holds no state. What it names has no secret in it: addresses neither. */
export function createOfflineModel(): Model {
  return {
    understand: async (text, context) => understandText(hideSecrets(text), context),
    revisePlan: async (plan, change, about) => revisePlan(plan, change, about),
    revise: async (spec, change, context) => reviseSpec(spec, hideSecrets(change), context),
    assess: async (text, context) => assessText(text, context),
    extract: async (said, context) => extractTasks(said, context),
    extractEach: async (said, context) => said.map((one) => extractTasks(one, context)),
    draft: async (wish, data, context) => writeDraft(wish, data, context),
    redraft: async (standing, change) => changeDraft(standing, change),
  };
}
