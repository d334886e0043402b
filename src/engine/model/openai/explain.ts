/** What was said and what was added, in sentences for the plan card, and how sure that makes us. */
import type { Entity } from '../../../apps/spec.ts';
import type { Certainty } from '../offline/confidence.ts';
import type { DraftEntity } from '../offline/draft.ts';
import { plural, sentenceList, toLabel } from '../offline/word.ts';
import { plain } from './plain.ts';
import type { AppDraft } from './prompt/understand.ts';

/** @param lost alerts that the app has no field for */
export function certainties(drafts: DraftEntity[], lost: string[]): Certainty[] {
  return [
    'said',
    ...drafts.flatMap((draft): Certainty[] => [
      draft.source ? 'said' : 'known',
      draft.listed ? 'said' : 'known',
    ]),
    ...lost.map((): Certainty => 'default'),
  ];
}

const list = (drafts: DraftEntity[]) =>
  sentenceList(drafts.slice(0, 12).map((draft) => plural(draft.name)));

export function understoodOf(drafts: DraftEntity[], entities: Entity[]): string[] {
  const said = drafts.filter((draft) => draft.source);
  const flows = entities.flatMap((entity) => {
    const status = entity.fields.find((field) => field.type === 'status' && field.source);
    if (status?.type !== 'status') return [];
    return `${entity.label} go through ${sentenceList(status.options.map((option) => option.label.toLowerCase()))}.`;
  });
  return [...(said.length > 0 ? [`You named ${list(said)}.`] : []), ...flows];
}

export function guessedOf(draft: AppDraft, drafts: DraftEntity[], lost: string[]): string[] {
  const implied = drafts.filter((entity) => !entity.source);
  return [
    ...lost.map(
      (words) =>
        `Left out: "${words}". Nothing here has a field that it could watch; add one and ask again.`,
    ),
    ...(implied.length > 0 ? [`${toLabel(list(implied))} were added by the language model.`] : []),
    ...draft.guessed
      .map((sentence) => plain(sentence, 200))
      .filter((sentence) => sentence !== '')
      .slice(0, 6),
  ];
}
