/** All scenarios by name, and those that are played when nobody names one. */
import { build, promises } from './scenario-app.ts';
import { escalation, support } from './scenario-workflow.ts';

export const scenarios = { promises, support, escalation, build };
export type ScenarioName = keyof typeof scenarios;

/** `build` is the first one without its decision, message and branches. */
export const usualScenarios: ScenarioName[] = ['promises', 'support', 'escalation'];
