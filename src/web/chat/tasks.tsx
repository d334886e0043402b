/** The place "Tasks": everything that was asked for, how far it is, and what came of it. */

import type { Tone } from '../../apps/spec.ts';
import { agoText, stateLabel } from '../../bot/words.ts';
import type { AppRow } from '../../db/app.ts';
import type { Task, TaskStatus } from '../../db/task.ts';
import { hideSecrets } from '../../secret.ts';
import { Badge } from '../ui/badge.tsx';
import { ButtonLink } from '../ui/button.tsx';
import { Document } from '../ui/document.tsx';
import { Empty } from '../ui/empty.tsx';
import type { Theme } from '../ui/theme.tsx';

const toneOf: Partial<Record<TaskStatus, Tone>> = {
  ready: 'amber',
  blocked: 'amber',
  approval_pending: 'amber',
  running: 'blue',
  queued: 'blue',
  completed: 'green',
  failed: 'red',
};

type Props = { tasks: Task[]; apps: AppRow[]; now: Date; theme: Theme | undefined };

export function TasksPage({ tasks, apps, now, theme }: Props) {
  return (
    <Document title="Tasks · Factotum" theme={theme} styles={['chat.css']}>
      <main class="tasks-page" id="main">
        <nav aria-label="Back">
          <ButtonLink kind="quiet" icon="chevron-left" href="/">
            Conversation
          </ButtonLink>
        </nav>
        <h1>Tasks</h1>
        {tasks.length === 0 && (
          <Empty icon="list-checks" title="Nothing was asked for yet">
            <ButtonLink kind="primary" href="/new">
              Describe what you need
            </ButtonLink>
          </Empty>
        )}
        <ul class="task-list">
          {tasks.map((task) => (
            <li key={task.id}>
              <a class="panel" href={`/c/${task.conversation}`}>
                <span class="task-title" dir="auto">
                  {hideSecrets(task.title)}
                </span>
                <Badge tone={toneOf[task.status]}>{stateLabel(task)}</Badge>
                {task.status === 'running' && (
                  <progress max={100} value={task.progress} aria-label="Progress"></progress>
                )}
                <span class="task-note">{agoText(task.createdAt, now)}</span>
              </a>
            </li>
          ))}
        </ul>
        {apps.length > 0 && <h2>Apps</h2>}
        <ul class="task-list">
          {apps.map((app) => (
            <li key={app.id}>
              <a class="panel" href={`/apps/${app.slug}`}>
                <span class="task-title" dir="auto">
                  {hideSecrets(app.name)}
                </span>
                <span class="task-note">/apps/{app.slug}</span>
              </a>
            </li>
          ))}
        </ul>
      </main>
    </Document>
  );
}
