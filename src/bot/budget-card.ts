/** The card that asks how a task goes on that has met the bound of what it may spend. */
import { addition, additionText } from '../engine/budget/addition.ts';
import { envelopeText } from '../engine/budget/envelope.ts';
import type { TaskView } from '../engine/view.ts';
import type { ActionDraft, CardDraft } from './card.ts';
import { capital } from './words.ts';

export function budgetCard(view: TaskView): CardDraft {
  const { task, run, plans } = view;
  const reason = `${capital(task.blockedReason ?? 'it may spend no more')}.`;
  const title = `The budget is used up: ${task.title}`;
  const stop = task.budget?.stop;
  const most = plans.find(({ version }) => version === run?.planVersion)?.plan.most;
  const added = stop && addition(most, stop);
  const isDay = stop !== undefined && stop.scope !== 'task';
  const until = stop?.until ? 'It goes on by itself when the next day begins.' : '';
  const actions: ActionDraft[] = [
    ...(isDay ? [] : [{ verb: 'add_budget' as const, label: 'Add', style: 'primary' as const }]),
    ...(stop?.what === 'minutes'
      ? []
      : [
          { verb: 'finish_cheaper' as const, label: 'Finish cheaper', style: 'secondary' as const },
        ]),
    { verb: 'stop_and_deliver', label: 'Stop here and deliver', style: 'secondary' },
    { verb: 'cancel', label: 'Cancel', style: 'danger' },
  ];
  const allowed = task.budget && envelopeText(task.budget);
  const fields = [
    { label: 'Why', value: reason },
    ...(allowed ? [{ label: 'At most', value: allowed }] : []),
    ...(added && !isDay ? [{ label: 'Add gives it', value: additionText(added) }] : []),
  ];
  const note =
    until ||
    'Finish cheaper shows a plan without what it cannot afford. Stop delivers what is done and says what was left out.';
  return {
    kind: 'human',
    title,
    text: [title, ...fields.map(({ label, value }) => `${label}: ${value}`), note].join('\n'),
    fields,
    actions,
    note,
  };
}
