/** The card of a text that a task has written: the words, what has to be filled in, and what can be done with it. */
import type { Artifact } from '../db/artifact.ts';
import { missingIn } from '../engine/model/draft.ts';
import type { TaskView } from '../engine/view.ts';
import type { ActionDraft, CardDraft } from './card.ts';
import { notices } from './notice.ts';

/** More cannot be written into a dialog of every platform; longer texts are changed in words there. */
const mostEdited = 3_000;
/** Longer addresses are cut by mail programs and browsers. */
const longestLink = 1_800;
const mostLines = 24;

const isMail = ({ kind }: Pick<Artifact, 'kind'>): boolean => kind === 'email' || kind === 'reply';

export function draftCard(view: TaskView): CardDraft {
  const { task, sends } = view;
  const [before, newest = before] = view.artifacts;
  if (!newest) throw new Error('A task without a draft has no card of one.');
  const { version, text, subject, recipient, unverified, changes, madeBy } = newest;
  const fields = [
    ...(recipient ? [{ label: 'To', value: recipient }] : []),
    ...(subject ? [{ label: 'Subject', value: subject }] : []),
    ...(version > 1 ? [{ label: 'Version', value: `${version}, by ${madeBy}` }] : []),
  ];
  const title = `📝 ${task.title}`;
  const missing = missingIn(`${subject ?? ''}\n${text}`);
  const compared = before && before !== newest ? differenceOf(before, newest) : [];
  const changed = version > 1 ? [...changes, ...compared] : [];
  const lines = fields.map(({ label, value }) => `${label}: ${value}`);
  return {
    kind: 'delivery',
    notice:
      version > 1
        ? `Your ${task.shortName} is at version ${version}`
        : notices.completed(task.shortName),
    title,
    text: [title, ...lines, text].join('\n'),
    fields,
    sections: [
      { title: '', items: text.split('\n'), file: fileOf(newest) },
      { title: 'To be filled in by you', items: missing },
      { title: 'Not in what you gave me, so check it', items: unverified },
      { title: `What changed in version ${version}`, items: changed },
      { title: 'Notes', items: view.plans.at(-1)?.plan.guessed ?? [] },
    ].filter(({ items }) => items.length > 0),
    actions: actionsOf(newest),
    note: sends.length > 0 ? sends.map(sentLine).join(' ') : saidOf(newest),
  };
}

/** Where the words are as a file, for who looks at the card in a browser. */
const fileOf = ({ taskId, version }: Artifact) => `/api/tasks/${taskId}/artifacts/${version}/text`;

const saidOf = (artifact: Artifact): string =>
  isMail(artifact)
    ? 'Nothing was sent. Say “make it shorter”, “say … instead of …”, “sign it …”, or press Edit.'
    : 'Nothing was sent. Say “make it shorter”, “add …”, “leave out …”, or press Edit.';

function sentLine({ recipient, version, status }: TaskView['sends'][number]): string {
  const what = `version ${version} to ${recipient}`;
  if (status === 'completed') return `Sent: ${what}.`;
  if (status === 'cancelled' || status === 'failed') return `Not sent: ${what}.`;
  return `To be sent: ${what}. Its own card asks for the approval.`;
}

function actionsOf(artifact: Artifact): ActionDraft[] {
  const { version, text } = artifact;
  const mail = mailLink(artifact);
  const isWhole = text.length <= mostEdited;
  return [
    ...(mail
      ? [
          {
            verb: 'open_app',
            label: 'Open in mail',
            style: 'link',
            url: mail,
            repeatable: true,
          } as const,
        ]
      : []),
    {
      verb: 'edit_draft',
      label: 'Edit',
      style: 'secondary',
      subject: { version, whole: isWhole },
      repeatable: true,
      input: isWhole
        ? { label: 'The text', placeholder: 'What it is to say', initial: text }
        : { label: 'What is to be different?', placeholder: 'say Tuesday instead of Monday …' },
    },
    {
      verb: 'send_draft',
      label: 'Send',
      style: 'secondary',
      subject: { version },
      repeatable: true,
      input: {
        label: 'Where to?',
        placeholder: isMail(artifact) ? 'ana@example.com, or here' : 'here, or web:shop',
        ...(addressOf(artifact) ? { initial: addressOf(artifact) } : {}),
      },
    },
  ];
}

const addressOf = ({ recipient }: Artifact): string | undefined =>
  /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/.exec(recipient ?? '')?.[0];

/** Opens the mail program with it; undefined where it is no mail, or too long for a link. */
export function mailLink(artifact: Artifact): string | undefined {
  if (!isMail(artifact)) return undefined;
  const subject = encodeURIComponent(artifact.subject ?? '');
  const body = encodeURIComponent(artifact.text.replaceAll('\n', '\r\n'));
  const link = `mailto:${encodeURIComponent(addressOf(artifact) ?? '').replace('%40', '@')}?subject=${subject}&body=${body}`;
  return link.length <= longestLink ? link : undefined;
}

/** The lines that are gone and those that are new. */
function differenceOf(before: Artifact, after: Artifact): string[] {
  const [old, fresh] = [before, after].map(({ text }) =>
    text.split('\n').filter((line) => line.trim() !== ''),
  );
  const gone = (old ?? []).filter((line) => !fresh?.includes(line)).map((line) => `− ${line}`);
  const added = (fresh ?? []).filter((line) => !old?.includes(line)).map((line) => `+ ${line}`);
  const all = [...gone, ...added];
  return all.length > mostLines
    ? [...all.slice(0, mostLines), `and ${all.length - mostLines} more lines`]
    : all;
}
