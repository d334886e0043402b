/** Changes to what is shown and told: dashboards, boards, search, alerts, the app's name. */
import type { AppSpec, View } from '../../../../apps/spec.ts';
import { dashboardOf } from '../dashboard.ts';
import { readAlert } from '../grammar/alert.ts';
import { readDashboard, readSearch } from '../grammar/wish.ts';
import { ruleOf } from '../rule.ts';
import { markSearch } from '../search.ts';
import { boardOf } from '../view.ts';
import { inText, sentenceList, toTitle } from '../word.ts';
import { type Changed, findEntity } from './find.ts';

/** "add a dashboard with daily revenue" */
export function addDashboard(spec: AppSpec, clause: string): Changed | undefined {
  if (
    !/^(?:add|include|create|show|give|with|put|i (?:also )?(?:want|need)|we (?:also )?(?:want|need)|also|make)\b/i.test(
      clause,
    )
  )
    return undefined;
  const wish = readDashboard(clause, clause.slice(0, 300));
  if (!wish) return undefined;
  const made = dashboardOf(spec.entities, wish.wants, wish.source);
  if (made?.kind !== 'dashboard')
    return {
      ask: 'I found no figures in this app that a dashboard could show. What should it show?',
    };
  const present = spec.views.find((view) => view.kind === 'dashboard');
  if (present?.kind === 'dashboard') {
    const fresh = made.widgets.filter(
      (widget) => !present.widgets.some((other) => other.label === widget.label),
    );
    if (fresh.length === 0) return { ask: 'The dashboard shows that already.' };
    const widgets = [...present.widgets, ...fresh].slice(0, 16);
    return {
      spec: {
        ...spec,
        views: spec.views.map((view): View => (view === present ? { ...present, widgets } : view)),
      },
      changes: [
        `The dashboard shows ${sentenceList(fresh.map((widget) => inText(widget.label)))} too.`,
      ],
    };
  }
  return {
    spec: { ...spec, views: [made, ...spec.views] },
    changes: [
      `A dashboard is added, with ${sentenceList(made.widgets.map((widget) => inText(widget.label)))}.`,
    ],
  };
}

/** "add a board for repairs" */
export function addBoard(spec: AppSpec, clause: string): Changed | undefined {
  const match =
    /^(?:add|show|create|include)\s+(?:an?\s+|the\s+)?(?:(.+?)\s+)?(?:kanban )?(?:board|kanban)(?:\s+(?:for|of|to|with)\s+(?:the )?(.+))?$/i.exec(
      clause,
    );
  const entity = match ? findEntity(spec, match[2] ?? match[1] ?? '') : undefined;
  if (!entity) return undefined;
  const board = boardOf(entity);
  if (!board)
    return {
      ask: `${entity.label} have no status that a board could show. Which statuses should they have?`,
    };
  if (spec.views.some((view) => view.kind === 'board' && view.entity === entity.key))
    return { ask: `${entity.label} have a board already.` };
  return {
    spec: { ...spec, views: [...spec.views, board] },
    changes: [`${entity.label} get a board.`],
  };
}

/** "no dashboard" · "without the repair board" · "drop the alert" */
export function removeView(spec: AppSpec, words: string): Changed | undefined {
  const match =
    /^(?:the |any |all )?(.*?)\s*\b(dashboards?|boards?|kanban|alerts?|notifications?|rules?)(?:\s+(?:for|of|on|about)\s+(?:the )?(.+))?$/i.exec(
      words.trim(),
    );
  if (!match) return undefined;
  const kind = (match[2] ?? '').toLowerCase().replace(/s$/, '');
  const entity = findEntity(
    spec,
    (match[3] ?? match[1] ?? '').replace(/\s*(?:status|kanban|stock)$/i, ''),
  );
  if (/alert|notification|rule/.test(kind)) {
    if (spec.rules.length === 0) return { ask: 'The app has no alerts.' };
    const rules = entity ? spec.rules.filter((rule) => rule.entity !== entity.key) : [];
    return { spec: { ...spec, rules }, changes: ['The alerts are dropped.'] };
  }
  const wanted = kind === 'dashboard' ? 'dashboard' : 'board';
  const gone = spec.views.filter(
    (view) =>
      view.kind === wanted && (!entity || view.kind === 'dashboard' || view.entity === entity.key),
  );
  if (gone.length === 0) return { ask: `The app has no ${wanted}.` };
  return {
    spec: { ...spec, views: spec.views.filter((view) => !gone.includes(view)) },
    changes: gone.map((view) => `${view.label} is dropped.`),
  };
}

/** "search by email" */
export function addSearch(spec: AppSpec, clause: string): Changed | undefined {
  const wish = readSearch(clause, clause);
  if (!wish) return undefined;
  const next = structuredClone(spec);
  markSearch(next.entities, [wish]);
  const names = next.entities.flatMap((entity, at) =>
    entity.fields
      .filter((field, place) => field.search && !spec.entities[at]?.fields[place]?.search)
      .map((field) => `${entity.singular.toLowerCase()} ${inText(field.label)}`),
  );
  if (names.length > 0)
    return { spec: next, changes: [`The search finds ${sentenceList(names)} too.`] };
  const known = spec.entities.some((entity) =>
    entity.fields.some((field) =>
      wish.names.some((name) => name.endsWith(field.label.toLowerCase())),
    ),
  );
  return {
    ask: known
      ? `The search finds that already.`
      : `I found no field called ${sentenceList(wish.names)} to search.`,
  };
}

/** "alert when stock is below 5" */
export function addAlert(spec: AppSpec, clause: string): Changed | undefined {
  const wish = readAlert(clause, clause.slice(0, 300));
  if (!wish) return undefined;
  const rule = ruleOf(wish, spec.entities, spec.rules.length);
  if (!rule)
    return {
      ask: `I found nothing in this app that "${wish.text}" could watch. Which field do you mean?`,
    };
  const ids = new Set(spec.rules.map((other) => other.id));
  let id = rule.id;
  for (let n = spec.rules.length + 2; ids.has(id); n++) id = `r_${n}`;
  return {
    spec: { ...spec, rules: [...spec.rules, { ...rule, id }] },
    changes: [`There is an alert: ${inText(rule.label)}.`],
  };
}

/** "call it Phone Hub": the name changes, the address stays. */
export function renameApp(spec: AppSpec, clause: string): Changed | undefined {
  const match =
    /^(?:(?:call|name) (?:it|this|the app|the application)|rename (?:it|this|the app|the application)(?: to)?|(?:the |its )?(?:app )?name (?:is|should be|it)|(?:change )?(?:the )?(?:app )?name to)\s+["']?(.{2,60}?)["']?$/i.exec(
      clause,
    );
  if (!match) return undefined;
  const name = /[A-Z]/.test(match[1] ?? '') ? (match[1] ?? '') : toTitle(match[1] ?? '');
  return { spec: { ...spec, name }, changes: [`The app is called ${name} now.`] };
}
