/** The tools that are installed. To add one: write its file, name it here. */

import { askAgent } from './ask-agent.ts';
import { setUpAlerts } from './create-alerts.ts';
import { buildDashboard } from './create-dashboard.ts';
import { createPages } from './create-pages.ts';
import { addSearch } from './create-search.ts';
import { createTables } from './create-tables.ts';
import { configureWorkflow } from './create-workflow.ts';
import { getMemoryTool, setMemoryTool, shareMemoryTool, syncMemoryTool } from './memory.ts';
import { publishEventTool } from './publish-event.ts';
import { sendMessage } from './send-message.ts';
import { talk } from './talk.ts';
import type { Tool } from './tool.ts';
import { writeDraft } from './write-draft.ts';

const tools = [
  createTables,
  createPages,
  addSearch,
  configureWorkflow,
  buildDashboard,
  setUpAlerts,
  sendMessage,
  publishEventTool,
  setMemoryTool,
  getMemoryTool,
  shareMemoryTool,
  syncMemoryTool,
  askAgent,
  talk,
  writeDraft,
];
export const installedTools: ReadonlyMap<string, Tool> = new Map(
  tools.map((tool) => [tool.name, tool]),
);
