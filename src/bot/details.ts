/** [View Details] and "show logs": what is read for them. */
import { listEvents } from '../db/event.ts';
import { sumReservations } from '../db/reservation.ts';
import type { Tx } from '../db/tx.ts';
import type { TaskView } from '../engine/view.ts';
import { detailsAnswer } from './answer.ts';
import type { CardDraft } from './card.ts';

export async function readDetails(tx: Tx, view: TaskView, timezone: string): Promise<CardDraft> {
  const taskId = view.task.id;
  return detailsAnswer(
    view,
    await listEvents(tx, taskId),
    timezone,
    await sumReservations(tx, { taskId }),
  );
}
