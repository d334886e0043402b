/** Messages that steer, ask or only look like it: the intent, and which of the open tasks is meant. */
import { findReferred, type Referable } from '../../src/bot/reference.ts';
import { type IntentKind, readIntent } from '../../src/engine/model/offline/intent.ts';
import { type Item, type Prediction, score } from './kit.ts';
import type { Scores } from './table.ts';

type Command = Item & { open_tasks?: string[] };

/**
 * The kit knows seven intents. Every kind that would stop or begin something has to be one of them, or a false
 * command would not be seen as one. Agreement is none: it does nothing where no plan waits for it.
 */
const kitIntent: Record<IntentKind, string> = {
  status: 'status',
  logs: 'status',
  pause: 'pause',
  resume: 'continue',
  accept: 'none',
  approve: 'continue',
  confirm: 'continue',
  complete: 'continue',
  retry: 'continue',
  supervised: 'continue',
  rehearse: 'continue',
  cancel: 'cancel',
  start_over: 'cancel',
  undo: 'cancel',
  reject: 'cancel',
  skip: 'cancel',
  skip_anyway: 'cancel',
  add_budget: 'continue',
  finish_cheaper: 'continue',
  stop_and_deliver: 'cancel',
  list: 'list',
  new_task: 'create',
  track: 'create',
  thread: 'none',
  accuracy: 'none',
  cost: 'status',
  costs: 'none',
  agents: 'none',
  policies: 'none',
  standing_approvals: 'none',
  help: 'none',
  thanks: 'none',
  other: 'none',
};

export function predictCommand({ id, text, open_tasks: titles = [] }: Command): Prediction {
  const { kind, reference } = readIntent(text);
  const tasks = titles.map(
    (title, index): Referable => ({
      id: `tsk_${index}`,
      title,
      shortName: title,
      description: title,
      status: 'running',
    }),
  );
  const referred = reference ? findReferred(tasks, reference) : { kind: 'none' as const };
  const found =
    referred.kind === 'one' ? [referred.task] : referred.kind === 'many' ? referred.tasks : [];
  return { id, intent: kitIntent[kind], targets: found.map((task) => task.title) } as Prediction;
}

type Report = {
  intent_macro_f1: number;
  intent_acc: Record<string, number>;
  intent_f1: Record<string, number>;
  false_command_rate: number;
  ref_overall: number;
  ref_acc: Record<string, string>;
};

export function scoreCommands(
  folder: string,
  predictions: Prediction[],
  half: Parameters<typeof score>[2],
): Scores {
  const report = score<Report>(folder, predictions, half);
  return {
    'intents (macro F1)': report.intent_macro_f1,
    'false commands': report.false_command_rate,
    'references (accuracy)': report.ref_overall,
    ...named('accuracy', report.intent_acc),
    ...named('F1', report.intent_f1),
    ...named('reference', report.ref_acc),
  };
}

const named = (measure: string, scores: Record<string, number | string>): Scores =>
  Object.fromEntries(Object.entries(scores).map(([name, value]) => [`${name} ${measure}`, value]));
