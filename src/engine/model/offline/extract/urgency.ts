/** How urgent it is, where it was said. Ordered: the first that fits. */
import type { FoundTask } from '../../model.ts';

const words: [pattern: RegExp, urgency: FoundTask['urgency']][] = [
  [
    /\b(?:not urgent|no rush|no hurry|low priority|when(?:ever)? you (?:get|have) (?:a |the |some )?(?:chance|time|moment|minute)|at your leisure|p[34]|nice to have|someday|eventually)\b/i,
    'low',
  ],
  [
    /\b(?:critical|emergency|blocker|blocking|p0|sev ?[01]|drop everything|immediately|right away|straight away|at once)\b/i,
    'critical',
  ],
  [
    /\b(?:urgent(?:ly)?|asap|a\.s\.a\.p|as soon as (?:possible|you can)|high priority|top priority|important|p1|eod today|quickly)\b|!{2,}/i,
    'high',
  ],
];

export const urgencyIn = (sentence: string): FoundTask['urgency'] =>
  words.find(([pattern]) => pattern.test(sentence))?.[1];
