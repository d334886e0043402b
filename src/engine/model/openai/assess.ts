/** Whether a task can be carried out here. What this installation lacks is known by code, whatever a model says. */
import type { Assessment, Context, Model } from '../model.ts';
import { executionTypeOf, needOf } from '../offline/assess.ts';
import { readDraftWish } from '../offline/write/wish.ts';
import type { Asker } from './ask.ts';
import type { Read } from './judge.ts';
import { plain, shownText } from './plain.ts';
import { type AssessAnswer, assessPrompt } from './prompt/assess.ts';

const mostParts = 100;

const abilities = [
  'Build a database application from a description: lists, forms, boards, dashboards, search, alerts.',
];
/** What the rules lack a model for is no draft; no tool does it with a model either. */
const noTool = 'Requires a tool for such texts, and none is installed';

/**
 * @param understand reads the text as the description of an app
 * @throws FactotumError when there is no usable answer
 */
export async function assessTask(
  asker: Asker,
  understand: Model['understand'],
  text: string,
  context: Context,
): Promise<Assessment> {
  // That a text is to be written is known by rules; what it says is the model's part.
  const wish = readDraftWish(text);
  if (wish) return { executionType: executionTypeOf(text), strategy: 'immediate', found: wish };
  const said = await asker.ask(
    assessPrompt,
    { text: shownText(text), abilities },
    (value: AssessAnswer): Read<AssessAnswer> => {
      const parts = value.parts.filter((part) => plain(part.title, 200) !== '');
      if (value.strategy !== 'decompose') return { found: value };
      if (parts.length >= 2 && parts.length <= mostParts) return { found: { ...value, parts } };
      return { problems: [`parts: a project has two to ${mostParts} parts.`] };
    },
    context,
  );
  if (said.strategy === 'decompose') {
    const subtasks = said.parts.map((part) => ({
      title: plain(part.title, 200),
      executionType: needOf(part.title)?.type ?? part.execution_type,
    }));
    return { executionType: 'semi_automated', strategy: 'decompose', subtasks };
  }
  // What this installation lacks is known by code; no text talks it away.
  const need = needOf(text);
  if (need) {
    const reason = /language model/.test(need.reason) ? noTool : need.reason;
    return { executionType: need.type, strategy: 'blocked', reason };
  }
  if (said.strategy === 'immediate') {
    const found = await understand(text, context);
    if (found.kind === 'app')
      return { executionType: said.execution_type, strategy: 'immediate', found };
    const reason = `Requires more detail: ${found.text}`;
    return { executionType: said.execution_type, strategy: 'blocked', reason };
  }
  const lacks = plain(said.lacks ?? '', 160);
  const reason = /^requires /i.test(lacks)
    ? lacks
    : 'Requires a person: no installed tool does this';
  return { executionType: said.execution_type, strategy: 'blocked', reason };
}
