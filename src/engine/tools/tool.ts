/**
 * The Tool port: data plus `run`. What a tool does to the world is declared (`effect`), so that
 * policy, dry run and recovery can decide without knowing the tool.
 */
import type { z } from 'zod';
import type { Database, Scope } from '../../db/client.ts';
import type { Plan } from '../workflow/plan.ts';

const effects = ['read', 'write', 'send', 'delete', 'external', 'structural'] as const;

export type ToolContext = {
  db: Database;
  scope: Scope;
  taskId: string;
  /** What the plan works on; each tool parses the part that it needs. */
  subject: Plan['subject'];
  /** Aborted when the task is cancelled or the program stops. */
  signal: AbortSignal;
  /**
   * Runs one part of the work and records it as done. A part that an earlier try has
   * completed is not run again.
   */
  substep: (name: string, work: () => Promise<void>) => Promise<void>;
  renderPage: (path: string) => Promise<{ status: number; body: string }>;
};

export type Tool<Input = unknown, Output = unknown> = {
  name: string;
  description: string;
  effect: (typeof effects)[number];
  /** Whether repeating a call that may have happened is harmless. Otherwise a person is asked. */
  idempotent: boolean;
  /** How long one part takes before there is any history, in milliseconds. */
  unitMs: number;
  input: z.ZodType<Input>;
  output: z.ZodType<Output>;
  run(context: ToolContext, input: Input): Promise<Output>;
};

/** Forgets the types of input and output, which `callTool` checks at run time. */
export function defineTool<Input, Output>(tool: Tool<Input, Output>): Tool {
  return {
    ...tool,
    run: async (context, input) =>
      tool.output.parse(await tool.run(context, tool.input.parse(input))),
  };
}
