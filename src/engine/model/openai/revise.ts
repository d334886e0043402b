/** A change in words to a proposed app: the model says which commands it is made of, the rules carry them out. */
import type { AppSpec } from '../../../apps/spec.ts';
import { redact } from '../../../redact.ts';
import type { Context, Question, Revision } from '../model.ts';
import { reviseSpec } from '../offline/revise.ts';
import type { Asker } from './ask.ts';
import type { Read } from './judge.ts';
import { plain, questionOf, shownText } from './plain.ts';
import { revisePrompt } from './prompt/revise.ts';

/** @throws FactotumError when there is no usable answer */
export async function reviseApp(
  asker: Asker,
  spec: AppSpec,
  change: string,
  context: Context,
): Promise<Revision | Question> {
  const shown = { app: outlineOf(spec), change: shownText(change) };
  return asker.ask(
    revisePrompt,
    shown,
    (said): Read<Revision | Question> => {
      const commands = said.commands.map((command) => plain(command, 400)).filter(Boolean);
      if (commands.length === 0)
        return { found: questionOf(said.question ?? { text: '', suggestions: [] }) };
      // The rules carry the commands out, keep every id, and say what has changed.
      const revised = reviseSpec(spec, commands.join('\n'), context);
      return revised.kind === 'revision' ? { found: revised } : { problems: [revised.text] };
    },
    context,
  );
}

/** An app as its commands name things. */
function outlineOf(spec: AppSpec): unknown {
  return redact({
    name: spec.name,
    lists: spec.entities.map((entity) => ({
      name: entity.label,
      fields: entity.fields.map((field) =>
        field.type === 'status'
          ? `${field.label} (status: ${field.options.map((option) => option.label).join(', ')})`
          : `${field.label} (${field.type === 'relation' ? `link to ${field.to}` : field.type})`,
      ),
    })),
    views: spec.views.filter((view) => view.kind !== 'list').map((view) => view.label),
    alerts: spec.rules.map((rule) => rule.label),
  });
}
