/**
 * The adapter of the Model port for a language model. It proposes; the rules of `offline/` carry out and
 * check, and read alone where there is no usable answer, which the person is told.
 */
import { FactotumError } from '../../../errors.ts';
import type { Log } from '../../../log.ts';
import type { Draft, DraftRevision } from '../draft.ts';
import type { Model, PlanRevision, Question, Said } from '../model.ts';
import { createOfflineModel } from '../offline/offline.ts';
import { isWordless } from '../offline/text.ts';
import { fillsMark, isLiteral } from '../offline/write/change.ts';
import { createAsker, type Limits } from './ask.ts';
import { assessTask } from './assess.ts';
import { draftBy, redraftBy } from './draft.ts';
import { extractBy } from './extract.ts';
import { extractEachBy, inParts } from './extract-each.ts';
import { carryOutBy } from './loop.ts';
import { plain } from './plain.ts';
import { createProvider, type Settings } from './provider.ts';
import { reviseApp } from './revise.ts';
import { revisePlanBy } from './revise-plan.ts';
import { understandText } from './understand.ts';

/** Characters that hold a task. */
const shortest = 10;

type Options = { log: Log } & Pick<Limits, 'signal' | 'now'>;

/** @param options.signal aborted when the program stops */
export function createOpenAiModel(settings: Settings, { log, signal, now }: Options): Model {
  const rules = createOfflineModel();
  const asker = createAsker(createProvider(settings), {
    timeoutMs: settings.timeoutMs,
    signal,
    now,
    spent: (spent) => log.info('model.call', spent),
  });

  /**
   * What the model says; where it says nothing of use, what the rules say, and why.
   * @throws NOT_READY when the program stops: whoever asked asks again at the next start
   */
  const withRules = async <R>(
    ask: () => Promise<R>,
    read: () => Promise<R>,
    tell: (result: R, note: string) => R,
  ): Promise<R> => {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof FactotumError)) log.error('model.failed', error);
      else if (error.code === 'NOT_READY') throw error;
      else log.warn('model.failed', { reason: error.message, transient: error.transient });
      return tell(await read(), noteOf(error));
    }
  };

  const model: Model = {
    async understand(text, context) {
      if (isWordless(text)) return rules.understand(text, context);
      return withRules(
        () => understandText(asker, text, context),
        () => rules.understand(text, context),
        (found, note) =>
          found.kind === 'question'
            ? withNote(found, note)
            : { ...found, guessed: [note, ...found.guessed] },
      );
    },

    revise: (spec, change, context) =>
      withRules(
        () => reviseApp(asker, spec, change, context),
        () => rules.revise(spec, change, context),
        (found, note) => (found.kind === 'question' ? withNote(found, note) : { ...found, note }),
      ),

    async revisePlan(plan, change, about) {
      // Exact phrases are the person's own: they may say what no model may, such as whom to send it to.
      const exact = await rules.revisePlan(plan, change, about);
      if (exact.kind === 'revision') return exact;
      return withRules<PlanRevision | Question>(
        () => revisePlanBy(asker, plan, change, about, exact),
        async () => exact,
        (found, note) => (found.kind === 'question' ? withNote(found, note) : found),
      );
    },

    assess: (text, context) =>
      withRules(
        () => assessTask(asker, model.understand, text, context),
        () => rules.assess(text, context),
        (found, note) => ({ ...found, note }),
      ),

    carryOut: (assignment, about) => carryOutBy(asker, assignment, about),

    async extract(said, context) {
      if (isTaskless(said)) return rules.extract(said, context);
      return withRules(
        () => extractBy(asker, said, context),
        () => rules.extract(said, context),
        (found) => found,
      );
    },

    async extractEach(said, context) {
      const read = await inParts(
        said.filter((one) => !isTaskless(one)),
        (part) =>
          withRules(
            () => extractEachBy(asker, part, context),
            () => rules.extractEach(part, context),
            (found) => found,
          ),
      );
      // In the place of those that nobody was asked about is what the rules find.
      const left = read.values();
      const alone = await rules.extractEach(said, context);
      return said.map((one, index) =>
        isTaskless(one) ? (alone[index] ?? []) : (left.next().value ?? []),
      );
    },

    async draft(wish, data, context) {
      const ruled = await rules.draft(wish, data, context);
      // Where there is nothing to write from, a model would make it up.
      if (ruled.kind === 'question' && ruled.lacks === undefined) return ruled;
      return withRules<Draft | Question>(
        () => draftBy(asker, wish, data, context),
        async () => ruled,
        (found, note) =>
          found.kind === 'question'
            ? without(found, note)
            : { ...found, note: joined(note, found.note) },
      );
    },

    async redraft(standing, change, context) {
      const exact = await rules.redraft(standing, change, context);
      // What says which words become which needs no model, and is done to the letter.
      if (exact.kind === 'revision' && (isLiteral(change) || fillsMark(standing, change)))
        return exact;
      return withRules<DraftRevision | Question>(
        () => redraftBy(asker, standing, change, context),
        async () => exact,
        (found, note) =>
          found.kind === 'question'
            ? withNote(found, note)
            : { ...found, changes: [...found.changes, note] },
      );
    },
  };
  return model;
}

/** "Thanks!" holds no task in any language, and nobody pays for finding that out. */
const isTaskless = ({ text }: Said): boolean => isWordless(text) || text.trim().length < shortest;

/** The sentence on the card. */
function noteOf(error: unknown): string {
  const why = error instanceof FactotumError ? error.message : 'its answer could not be read';
  return `The language model could not be used: ${plain(why, 300).replace(/[.!]+$/, '')}.${readAlone}`;
}

const readAlone = ' This was read by rules alone.';
/** What only a model does is lacking while it cannot be used. */
const without = (question: Question, note: string): Question =>
  question.lacks === undefined
    ? withNote(question, note)
    : {
        ...question,
        text: note.replace(readAlone, ''),
        lacks: `Requires a language model. ${note.replace(readAlone, '')}`.replace(/\.$/, ''),
      };

const joined = (...notes: (string | undefined)[]) => notes.filter(Boolean).join(' ');

const withNote = (question: Question, note: string): Question => ({
  ...question,
  text: `${question.text} (${note})`,
});
