/** What a step is called once the values in its words are known. */
import type { Step } from '../db/step.ts';

type Words = Pick<Step, 'name' | 'detail'>;

/** The columns of its row; a label of its own for its end stays. */
export const shownAs = (
  step: Words & Pick<Step, 'completedLabel'>,
  { name, detail }: Words,
): Words & Pick<Step, 'completedLabel'> => ({
  name,
  detail,
  completedLabel: step.completedLabel === step.name ? name : step.completedLabel,
});
