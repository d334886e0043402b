/** The web chat: conversation, cards with buttons and live progress, tasks and apps at the side. */
import type { MessageView } from '../../bot/message.ts';
import { stateLabel } from '../../bot/words.ts';
import type { AppRow } from '../../db/app.ts';
import type { Task } from '../../db/task.ts';
import { hideSecrets } from '../../secret.ts';
import { AppList } from '../ui/app-list.tsx';
import { ButtonLink } from '../ui/button.tsx';
import { Document } from '../ui/document.tsx';
import { Icon } from '../ui/icon.tsx';
import { type Theme, ThemeToggle } from '../ui/theme.tsx';
import { MessageItem } from './message.tsx';

type Props = {
  conversation: string;
  messages: MessageView[];
  tasks: Task[];
  apps: AppRow[];
  theme: Theme | undefined;
};

/** Things that work when pressed, so that nobody starts before an empty page. */
const examples = [
  'Create a CRM for my cellphone store',
  'Inventory system with stock alerts when below 10 units',
  'Sales dashboard showing daily revenue and top products',
  'Keep track of bee hives: each hive has a location, queen age and last inspection date, and belongs to an apiary',
];

export function ChatPage({ conversation, messages, tasks, apps, theme }: Props) {
  return (
    <Document
      title="Factotum"
      theme={theme}
      class="chat-page"
      scripts={['chat.js']}
      styles={['chat.css']}
    >
      <div class="chat-layout">
        <aside class="chat-side">
          <div class="chat-brand">
            <span class="chat-logo">
              <Icon name="check" />
            </span>
            Factotum
            <ThemeToggle back={`/c/${conversation}`} />
          </div>
          <a class="button button-secondary to-tasks" href="/tasks">
            <Icon name="list-checks" />
            <span>Tasks and apps</span>
          </a>
          <ButtonLink kind="secondary" icon="plus" href="/new">
            New conversation
          </ButtonLink>
          <SideLists tasks={tasks} apps={apps} conversation={conversation} />
        </aside>
        <main class="chat" id="main" data-conversation={conversation}>
          <h1 class="visually-hidden">Conversation with Factotum</h1>
          <section class="chat-scroll" aria-label="Messages">
            <p class="chat-offline" role="status" hidden>
              The connection is lost. Work goes on; this page catches up as soon as it is back.
            </p>
            {messages.length === 0 && <Welcome />}
            <ol class="chat-log" aria-live="polite" aria-relevant="additions">
              {messages.map((message) => (
                <MessageItem message={message} key={message.id} />
              ))}
            </ol>
          </section>
          <form class="composer" data-composer method="post" action={`/c/${conversation}`}>
            <label class="visually-hidden" for="say">
              Your message
            </label>
            <textarea
              class="input"
              id="say"
              name="text"
              rows={1}
              required
              placeholder="Describe what you need, one line or many"
              dir="auto"
            ></textarea>
            <button class="button button-primary" type="submit" aria-label="Send">
              <Icon name="arrow-up" />
            </button>
            <p class="composer-hint" role="status"></p>
          </form>
        </main>
      </div>
    </Document>
  );
}

function Welcome() {
  return (
    <div class="welcome">
      <h2>What shall we get done?</h2>
      <p>Describe it. I plan it, ask before it matters, do it, and show every step.</p>
      <ul class="examples">
        {examples.map((example) => (
          <li key={example}>
            <button class="example" type="button" data-say={example}>
              {example}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function SideLists({ tasks, apps, conversation }: Pick<Props, 'tasks' | 'apps' | 'conversation'>) {
  return (
    <nav class="chat-lists" aria-label="Tasks and apps" id="side">
      <h2>Apps</h2>
      {apps.length === 0 && <p class="quiet">None yet.</p>}
      <AppList apps={apps} />
      <h2>Tasks</h2>
      {tasks.length === 0 && <p class="quiet">None yet.</p>}
      <ul>
        {tasks.map((task) => (
          <li key={task.id}>
            <a
              href={`/c/${task.conversation}`}
              dir="auto"
              aria-current={task.conversation === conversation ? 'page' : undefined}
            >
              <span>{hideSecrets(task.title)}</span>
              <small>{stateLabel(task)}</small>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
