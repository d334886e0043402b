/** Events, those who wait for them, and what agents remember: each once, and nothing left open. Pure. */
import { duplicate, type Fault, loss, one, stuck } from './fault.ts';
import type { Snapshot } from './snapshot.ts';

export function auditEvents(snapshot: Snapshot): Fault[] {
  return [...auditPublished(snapshot), ...auditWaits(snapshot), ...auditMemory(snapshot)];
}

function auditPublished({ published, steps, receipts, starts, tasks }: Snapshot): Fault[] {
  const publishing = steps.filter(
    (step) => step.tool === 'publish_event' && step.status === 'completed',
  );
  return [
    ...published.flatMap((event) => {
      const taken = [...receipts, ...starts].filter(({ eventId }) => eventId === event.id).length;
      return [
        ...(event.processedAt ? [] : [stuck(`the event ${event.name} was never delivered`)]),
        // Who looks back takes it without being counted there.
        ...(event.taken > taken
          ? [loss(`what ${event.taken - taken} got of the event ${event.name}`)]
          : []),
      ];
    }),
    ...publishing.flatMap((step) =>
      one(
        `event that step "${step.key}" has published`,
        published.filter(({ stepId }) => stepId === step.id).length,
      ),
    ),
    ...starts.flatMap(({ taskId, problem }) =>
      problem === null && tasks.some(({ id }) => id === taskId)
        ? []
        : [loss(`the task of a handler${problem ? `: ${problem}` : ''}`)],
    ),
  ];
}

/** A step has the event that its wait got, and no step before it in its task has taken the same. */
function auditWaits({ waits, receipts, published, steps }: Snapshot): Fault[] {
  return waits.flatMap((wait) => {
    const receipt = receipts.find(({ waitId }) => waitId === wait.id);
    const event = published.find(({ id }) => id === receipt?.eventId);
    const step = steps.find(({ id }) => id === wait.stepId);
    const twice = waits.filter(
      (other) =>
        other.taskId === wait.taskId &&
        receipts.some(({ waitId, eventId }) => waitId === other.id && eventId === event?.id),
    );
    const got = JSON.stringify(step?.result ?? null);
    return [
      ...(wait.closedAt ? [] : [stuck(`"${wait.stepKey}" still waits for ${wait.name}`)]),
      ...(got === JSON.stringify(event?.payload ?? null)
        ? []
        : [loss(`"${wait.stepKey}" has ${got} of ${wait.name}`)]),
      ...(event && twice.length > 1
        ? [duplicate(`the event ${event.name} was taken twice in a task`)]
        : []),
    ];
  });
}

/** The newest version is what is remembered, and each call has made one. */
function auditMemory({ remembered, versions }: Snapshot): Fault[] {
  return remembered.flatMap((memory) => {
    const history = versions.filter(({ memoryId }) => memoryId === memory.id);
    const numbers = history.map(({ version }) => version);
    const what = `"${memory.key}" of ${memory.agent}`;
    return [
      ...(Math.max(...numbers) === memory.version ? [] : [loss(`a version of ${what}`)]),
      ...(new Set(numbers).size === numbers.length
        ? []
        : [duplicate(`versions ${numbers.sort().join(', ')} of ${what}`)]),
    ];
  });
}
