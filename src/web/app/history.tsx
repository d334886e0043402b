/** What happened to a record, newest first. */
import type { Change, ChangeAction } from '../../apps/history.ts';
import { Icon } from '../ui/icon.tsx';
import { Moment } from './cell.tsx';
import type { Context } from './request.ts';

const looks: Record<ChangeAction, { icon: string; text: string }> = {
  created: { icon: 'plus', text: 'Added' },
  changed: { icon: 'pencil', text: 'Changed' },
  moved: { icon: 'arrow-right', text: 'Moved' },
  deleted: { icon: 'trash-2', text: 'Deleted' },
  restored: { icon: 'undo-2', text: 'Restored' },
};

/** Panel with one entry for each change. */
export function History({ context, changes }: { context: Context; changes: Change[] }) {
  return (
    <section class="panel" aria-labelledby="history-title">
      <h2 class="panel-title" id="history-title">
        History
      </h2>
      {changes.length === 0 ? <p class="quiet">Nothing has happened yet.</p> : null}
      <ol class="history">
        {changes.map((change) => (
          <li>
            <span class="history-icon" data-action={change.action}>
              <Icon name={looks[change.action].icon} />
            </span>
            <div>
              <p class="history-head">
                <strong>{looks[change.action].text}</strong>{' '}
                {change.by ? (
                  <span>
                    by <bdi>{change.by}</bdi>
                  </span>
                ) : null}{' '}
                <Moment context={context} at={change.at} />
              </p>
              {change.action === 'created' ? null : <Edits change={change} />}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Edits({ change }: { change: Change }) {
  if (change.changes.length === 0) return null;
  return (
    <ul class="edits">
      {change.changes.map(({ field, from, to }) => (
        <li>
          <span class="edit-field">{field}</span>{' '}
          {from ? (
            <>
              <span class="visually-hidden">from</span>
              <del dir="auto">{from}</del> <Icon name="arrow-right" label="to" />{' '}
            </>
          ) : null}
          <ins dir="auto">{to || 'nothing'}</ins>
        </li>
      ))}
    </ul>
  );
}
