/** The notices of a task (F199–F203), and of taking it back: one line, for where only one line is read. */

export const notices = {
  started: (shortName: string) => `Your ${shortName} task has started`,
  /** @param order the step's place in the plan, from 1 */
  stepCompleted: (order: number, label: string) => `Step ${order} complete: ${label}`,
  approvalNeeded: (order: number) => `⚠️ Approval required for Step ${order}`,
  completed: (shortName: string) => `✅ Your ${shortName} is ready!`,
  undoStopped: (shortName: string) => `Undoing ${shortName} has stopped: somebody has to decide`,
  failed: (order: number) => `❌ Task failed at Step ${order}`,
};
