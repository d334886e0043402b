/** Who has to hear that a task is cancelled: the calls that run for it in this program. */

export type Stops = {
  /** Aborted when the task is stopped; `abandon` when nobody wants what the call gives, `release` when it has ended. */
  watch(taskId: string): { signal: AbortSignal; abandon(): void; release(): void };
  /** Aborts what runs for a task here; nothing when nothing does. */
  stop(taskId: string): void;
};

export function createStops(): Stops {
  const running = new Map<string, Set<AbortController>>();
  return {
    watch(taskId) {
      const controller = new AbortController();
      const controllers = running.get(taskId) ?? new Set();
      running.set(taskId, controllers.add(controller));
      return {
        signal: controller.signal,
        abandon: () => controller.abort(new Error('It is begun anew.')),
        release() {
          controllers.delete(controller);
          if (controllers.size === 0) running.delete(taskId);
        },
      };
    },
    stop(taskId) {
      for (const controller of running.get(taskId) ?? [])
        controller.abort(new Error('The task was cancelled.'));
    },
  };
}
