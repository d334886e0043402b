/** A description into an app, or a question. */
import { hideSecrets } from '../../../secret.ts';
import type { Context, Question, Understanding } from '../model.ts';
import type { Asker } from './ask.ts';
import { composeApp } from './compose.ts';
import type { Read } from './judge.ts';
import { longestText, questionOf, shownText } from './plain.ts';
import { understandPrompt } from './prompt/understand.ts';

type Understood = Understanding | Question;

/** @throws FactotumError when there is no usable answer */
export async function understandText(
  asker: Asker,
  text: string,
  context: Context,
): Promise<Understood> {
  const shown = shownText(text);
  const found = await asker.ask(
    understandPrompt,
    { text: shown },
    (said): Read<Understood> => {
      if (said.app) return composeApp(said.app, shown, context);
      if (said.question) return { found: questionOf(said.question) };
      return { problems: ['"app" and "question" are both null: give one of them.'] };
    },
    context,
  );
  if (found.kind === 'question' || hideSecrets(text).length <= longestText) return found;
  const limit = longestText.toLocaleString('en-US');
  const note = `Only the first ${limit} characters of the description were read.`;
  return { ...found, guessed: [note, ...found.guessed] };
}
