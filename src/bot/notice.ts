/** The five notices of a task (F199–F203): one line, for where only one line is read. */

export const notices = {
  started: (shortName: string) => `Your ${shortName} task has started`,
  /** @param order the step's place in the plan, from 1 */
  stepCompleted: (order: number, label: string) => `Step ${order} complete: ${label}`,
  approvalNeeded: (order: number) => `⚠️ Approval required for Step ${order}`,
  completed: (shortName: string) => `✅ Your ${shortName} is ready!`,
  failed: (order: number) => `❌ Task failed at Step ${order}`,
};
