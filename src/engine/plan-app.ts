/** The plan that builds an app: steps from its spec, checks, what will be there, risk and time. */
import { type Check, checksOf } from '../apps/check.ts';
import { type AppSpec, statusOf } from '../apps/spec.ts';
import { withStatusNotices } from './status-notice.ts';
import {
  pageParts,
  rulePart,
  searchParts,
  tableParts,
  transitionsPart,
  widgetPart,
  workflowEntities,
} from './tools/part.ts';
import type { Tool } from './tools/tool.ts';
import { Plan, type ToolStep } from './workflow/plan.ts';

export type Certainty = { confidence: number; understood: string[]; guessed: string[] };
/** Milliseconds that one part of a tool's work took lately, by tool name. */
export type History = ReadonlyMap<string, number>;

export function planApp(
  described: AppSpec,
  certainty: Certainty,
  tools: ReadonlyMap<string, Tool>,
  history: History,
): Plan {
  const spec = withStatusNotices(described);
  const steps = stepsOf(spec).map((step) => {
    const unit = history.get(step.tool) ?? tools.get(step.tool)?.unitMs ?? 100;
    const expectedMs = Math.max(1, Math.round(unit * Math.max(1, step.substeps.length)));
    return { ...step, expectedMs };
  });
  const checks = checksOf(spec).map((check) => ({ ...check, step: stepOf(spec, check) }));
  const checkMs = checks.length * 20;
  return Plan.parse({
    title: spec.name,
    creates: createsOf(spec),
    ...certainty,
    risk: spec.entities.length > 20 ? 'medium' : 'low',
    risks: risksOf(spec),
    estimatedMs: steps.reduce((sum, step) => sum + step.expectedMs, checkMs),
    steps,
    checks,
    subject: spec,
  });
}

const appTools = [
  'create_tables',
  'create_pages',
  'create_search',
  'create_workflow',
  'create_dashboard',
  'create_alerts',
];

/** Whether a plan is one of `planApp` and nothing else, so that it can be made anew from its spec. */
export const isAppPlan = (plan: Plan): boolean =>
  plan.steps.every((made) => made.kind === 'tool' && appTools.includes(made.tool));

function stepsOf(spec: AppSpec): ToolStep[] {
  const dashboards = spec.views.filter((view) => view.kind === 'dashboard');
  const alerts = spec.rules.filter((rule) => rule.on !== 'status');
  const steps: ToolStep[] = [
    {
      ...step('tables', 'Create database tables', 'Database created', 'critical'),
      tool: 'create_tables',
      detail: spec.entities.map((entity) => entity.label.toLowerCase()).join(', '),
      substeps: tableParts(spec),
    },
    {
      ...step('pages', 'Generate application UI', 'Pages ready', 'high'),
      tool: 'create_pages',
      detail: 'List views, forms, navigation',
      substeps: pageParts(spec),
    },
  ];
  if (searchParts(spec).length > 0) {
    const detail = searchDetail(spec);
    steps.push({
      ...step('search', 'Add search and filters', 'Search ready', 'medium'),
      tool: 'create_search',
      detail,
      substeps: searchParts(spec),
    });
  }
  for (const entity of workflowEntities(spec)) {
    const rules = spec.rules.filter((rule) => rule.entity === entity.key && rule.on === 'status');
    const flow = statusOf(entity)
      ?.options.map((option) => option.label.toLowerCase())
      .join(' → ');
    steps.push({
      ...step(
        workflowKey(entity.key),
        `Configure ${entity.singular.toLowerCase()} workflow`,
        `${entity.singular} workflow ready`,
        'medium',
      ),
      tool: 'create_workflow',
      detail:
        rules.length > 0 ? 'Status transitions, notifications' : `Status transitions: ${flow}`,
      input: { entity: entity.key },
      substeps: [transitionsPart, ...rules.map((rule) => rulePart(spec, rule))],
    });
  }
  if (dashboards.length > 0) {
    const widgets = dashboards.flatMap((view) => view.widgets.map((widget) => widget.label));
    steps.push({
      ...step('dashboard', 'Build the dashboard', 'Dashboard ready', 'medium'),
      tool: 'create_dashboard',
      detail: widgets.join(', ').slice(0, 600),
      substeps: dashboards.flatMap((view) =>
        view.widgets.map((_, index) => widgetPart(view, index)),
      ),
    });
  }
  if (alerts.length > 0) {
    const labels = alerts.map((rule) => rule.label);
    steps.push({
      ...step('alerts', 'Set up alerts', 'Alerts ready', 'medium'),
      tool: 'create_alerts',
      detail: labels.join(', ').slice(0, 600),
      substeps: alerts.map((rule) => rulePart(spec, rule)),
    });
  }
  return steps.map((made) => ({
    ...made,
    key: made.key.slice(0, 60),
    detail: made.detail.slice(0, 600),
    // Everything is built on the tables.
    ...(made.key === 'tables' ? {} : { needs: ['tables'] }),
  }));
}

function step(
  key: string,
  name: string,
  completedLabel: string,
  priority: ToolStep['priority'],
): Omit<ToolStep, 'tool' | 'detail' | 'substeps'> {
  return {
    kind: 'tool',
    key,
    name: name.slice(0, 120),
    completedLabel: completedLabel.slice(0, 120),
    priority,
    input: {},
  };
}

/** "Name search, status filters": the first thing to search by stands for the others, which the card lists below. */
function searchDetail(spec: AppSpec): string {
  const fields = spec.entities.flatMap((entity) => entity.fields);
  const searched = fields.find((field) => field.search)?.label;
  const filters = fields.some((field) => field.type === 'status') ? 'status filters' : 'filters';
  return searched ? `${searched} search, ${filters}` : capital(filters);
}

const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);

/** Which step a check proves. */
function stepOf(spec: AppSpec, check: Check): string {
  switch (check.kind) {
    case 'table_has_columns':
      return 'tables';
    case 'search_finds':
      return 'search';
    case 'transition_refused':
    case 'transition_allowed':
      return workflowKey(check.entity);
    case 'rule_fires': {
      const rule = spec.rules.find((candidate) => candidate.id === check.rule);
      return rule?.on === 'status' ? workflowKey(rule.entity) : 'alerts';
    }
    case 'widget_answers':
      return 'dashboard';
    case 'view_answers': {
      const view = spec.views.find((candidate) => candidate.key === check.view);
      return view?.kind === 'dashboard' ? 'dashboard' : 'pages';
    }
  }
}

const workflowKey = (entity: string) => `workflow-${entity.replaceAll('_', '-')}`.slice(0, 60);

/** The lines of the completion card (F97–F100). */
export function createsOf(spec: AppSpec): Plan['creates'] {
  const tables = spec.entities.map((entity) => entity.label.toLowerCase());
  const shown =
    tables.length > 12 ? [...tables.slice(0, 12), `${tables.length - 12} more`] : tables;
  const pages = spec.views.filter((view) => view.kind !== 'dashboard').length;
  const searched = unique(
    spec.entities.flatMap((entity) =>
      entity.fields
        .filter((field) => field.search || field.type === 'status')
        .map((field) => field.label.toLowerCase()),
    ),
  ).slice(0, 6);
  return [
    { icon: '📋', text: `${count(tables.length, 'database table')} (${shown.join(', ')})` },
    { icon: '📱', text: `${count(pages, 'view')} (lists + forms)` },
    ...(searched.length > 0 ? [{ icon: '🔍', text: `Search by ${searched.join(', ')}` }] : []),
    ...workflowEntities(spec).map((entity) => ({
      icon: '📊',
      text: `${entity.singular} status workflow`,
    })),
    ...spec.views
      .filter((view) => view.kind === 'dashboard')
      .map((view) => ({
        icon: '📈',
        text: `${view.label} with ${count(view.widgets.length, 'figure')}`,
      })),
    ...spec.rules
      .filter((rule) => rule.on !== 'status')
      .map((rule) => ({ icon: '🔔', text: rule.label })),
  ];
}

function risksOf(spec: AppSpec): string[] {
  const columns = spec.entities.reduce((sum, entity) => sum + entity.fields.length, 0);
  return [
    `Creates ${count(spec.entities.length, 'new table')} with ${columns} columns; nothing that exists is changed or deleted.`,
    'If a step fails you are asked; a creation that is given up leaves nothing behind.',
  ];
}

const count = (amount: number, noun: string) => `${amount} ${noun}${amount === 1 ? '' : 's'}`;
const unique = (words: string[]) => [...new Set(words)];
