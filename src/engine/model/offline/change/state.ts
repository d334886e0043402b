/** Changes to flows: a new state, in the line or as a way out. */
import type { AppSpec, Field } from '../../../../apps/spec.ts';
import { keysOf } from '../flow.ts';
import { splitList } from '../list.ts';
import { sentenceList, stem, toLabel } from '../word.ts';
import { type Changed, findEntity, withEntity } from './find.ts';

/** "add status cancelled to repairs" · "add a waiting for parts stage to repairs" */
export function addState(spec: AppSpec, clause: string): Changed | undefined {
  const match =
    /^add\s+(?:an?\s+|the\s+|another\s+|new\s+)*(?:status(?:es)?|stages?|states?)\s+["']?(.+?)["']?\s+(?:to|for|in|on)\s+(?:the )?(.+)$/i.exec(
      clause,
    ) ??
    /^add\s+(?:an?\s+|the\s+|another\s+|new\s+)*["']?(.+?)["']?\s+(?:as (?:an? )?)?(?:status(?:es)?|stages?|states?)\s+(?:to|for|in|on)\s+(?:the )?(.+)$/i.exec(
      clause,
    );
  const entity = match
    ? findEntity(spec, (match[2] ?? '').replace(/\s+(?:status|board|stage)$/i, ''))
    : undefined;
  const field = entity?.fields.find((candidate) => candidate.type === 'status');
  if (!match || !entity || field?.type !== 'status') return undefined;
  const names = splitList(match[1] ?? '').filter(
    (name) => !field.options.some((option) => stem(option.label) === stem(name)),
  );
  if (names.length === 0) return { ask: `${entity.label} already have the status ${match[1]}.` };
  let options = field.options;
  for (const name of names) options = insertState(options, name);
  return {
    spec: withEntity(spec, {
      ...entity,
      fields: entity.fields.map((other) => (other.id === field.id ? { ...field, options } : other)),
    }),
    changes: [
      `${entity.label} can be ${sentenceList(names.map((name) => name.toLowerCase()))} now.`,
    ],
  };
}

type Options = Extract<Field, { type: 'status' }>['options'];

const exit =
  /^(?:cancel|reject|lost|declin|abandon|withdraw|dropped|no[- ]?show|failed|denied|refund|terminated|expired|void|unrepairable|archived)/i;

/** A way out is reached from everywhere; a step goes in before the last one. */
function insertState(options: Options, name: string): Options {
  const key =
    [...keysOf([...options.map((option) => option.key.replaceAll('_', ' ')), name]).values()].at(
      -1,
    ) ?? 'step';
  const label = toLabel(name);
  const start = options[0]?.key;
  if (exit.test(name)) {
    return [
      ...options.map((option) =>
        option.final ? option : { ...option, next: [...option.next, key] },
      ),
      { key, label, tone: 'red', next: start ? [start] : [], final: true },
    ];
  }
  const at = options.findIndex((option) => option.final);
  const place = at < 1 ? options.length : at;
  const before = options[place - 1];
  const behind = options[place];
  const next = [
    before?.key,
    behind?.key,
    ...options
      .slice(place + 1)
      .filter((option) => option.final)
      .map((option) => option.key),
  ].filter((step) => step !== undefined);
  const linked = options.map((option) => {
    if (option === before)
      return { ...option, next: option.next.map((step) => (step === behind?.key ? key : step)) };
    if (option === behind)
      return { ...option, next: option.next.map((step) => (step === before?.key ? key : step)) };
    return option;
  });
  return [
    ...linked.slice(0, place),
    { key, label, tone: 'amber', next, final: false },
    ...linked.slice(place),
  ];
}
