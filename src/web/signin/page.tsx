/** The few pages of the sign-in, in the look of all others. */
import type { ComponentChildren, VNode } from 'preact';
import type { IdentityProvider } from '../../bot/identity.ts';
import type { AppRow } from '../../db/app.ts';
import type { Session } from '../../db/session.ts';
import { hideSecrets } from '../../secret.ts';
import { Button, ButtonLink } from '../ui/button.tsx';
import { Document } from '../ui/document.tsx';
import { Empty } from '../ui/empty.tsx';
import { Icon } from '../ui/icon.tsx';
import type { Theme } from '../ui/theme.tsx';

type Look = { theme: Theme | undefined };
/** A form as it was sent: the path that it went to, and what was in it. */
export type Unsent = { action: string; fields: [name: string, value: string][] };

const providerPath = (name: string, back: string | undefined): string =>
  back ? `/signin/${name}?${new URLSearchParams({ back })}` : `/signin/${name}`;

/** @param props.back the page that was asked for, of which it is not said whether there is one */
export function SignInPage(
  props: Look & { providers: IdentityProvider[]; back: string | undefined; hasToken: boolean },
): VNode {
  const { theme, providers, back, hasToken } = props;
  return (
    <Plain theme={theme} title="Sign in" icon="log-in">
      <p>Apps belong to a workspace. Sign in with the account that you have there.</p>
      {providers.map(({ name, label }) => (
        <ButtonLink key={name} kind="primary" href={providerPath(name, back)}>
          Sign in with {label}
        </ButtonLink>
      ))}
      {hasToken ? (
        <p class="quiet">
          You run this server? <a href="/">Open it with its token.</a>
        </p>
      ) : null}
    </Plain>
  );
}

/** What somebody finds who is signed in: whose apps these are, and the way out. */
export function SignedInPage(
  props: Look & {
    session: Session;
    apps: AppRow[];
    providers: IdentityProvider[];
    back: string | undefined;
  },
): VNode {
  const { theme, session, apps, providers, back } = props;
  return (
    <Plain theme={theme} title={session.workspace} icon="layout-grid">
      <p>
        You are signed in as <bdi>{session.name}</bdi>.
      </p>
      {apps.length === 0 ? <p>There are no apps yet. Ask for one in {session.workspace}.</p> : null}
      <ul class="own-apps">
        {apps.map((app) => (
          <li key={app.id}>
            <a href={`/apps/${app.slug}`} dir="auto">
              <Icon name="layout-grid" />
              <span>{hideSecrets(app.name)}</span>
            </a>
          </li>
        ))}
      </ul>
      <div class="empty-actions">
        {providers.map(({ name, label }) => (
          <ButtonLink key={name} icon="log-in" href={providerPath(name, back)}>
            Another workspace in {label}
          </ButtonLink>
        ))}
        <form method="post" action="/signout">
          <Button icon="log-out">Sign out</Button>
        </form>
      </div>
    </Plain>
  );
}

/** Why somebody is not signed in, and what to do. */
export function FaultPage({
  theme,
  sentence,
  signIn,
}: Look & { sentence: string; signIn: string }) {
  return (
    <Plain theme={theme} title="You are not signed in" icon="shield-alert">
      <p>{sentence}</p>
      <ButtonLink kind="primary" icon="log-in" href={signIn}>
        Sign in
      </ButtonLink>
    </Plain>
  );
}

/** Somebody of a workspace that has not installed the program. */
export function StrangerPage(props: Look & { provider: IdentityProvider; signIn: string }): VNode {
  const { theme, provider, signIn } = props;
  return (
    <Plain theme={theme} title="Factotum is not installed there" icon="plug-zap">
      <p>
        The {provider.label} workspace that you signed in with has not installed Factotum. Sign in
        with another one, or have it installed by somebody who may.
      </p>
      <div class="empty-actions">
        <ButtonLink kind="primary" icon="log-in" href={signIn}>
          Sign in with another workspace
        </ButtonLink>
        <ButtonLink icon="download" href={provider.installPath}>
          Install Factotum
        </ButtonLink>
      </div>
    </Plain>
  );
}

export function SignedOutPage({ theme }: Look): VNode {
  return (
    <Plain theme={theme} title="You are signed out" icon="log-out">
      <p>The pages of your workspace are closed in this browser. Slack itself stays open.</p>
      <ButtonLink kind="primary" icon="log-in" href="/signin">
        Sign in again
      </ButtonLink>
    </Plain>
  );
}

/** A form came from somebody whose sign-in has ended meanwhile: what was typed stays on this page. */
export function UnsentPage(props: Look & { signIn: string; unsent: Unsent }): VNode {
  const { theme, signIn, unsent } = props;
  return (
    <Plain theme={theme} title="Your sign-in has ended" icon="clock-alert">
      <p>
        Nothing was saved yet. Sign in in a new tab, then come back to this one and send it again.
      </p>
      <form class="empty-actions" method="post" action={unsent.action}>
        {unsent.fields.map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <ButtonLink kind="primary" icon="log-in" href={signIn} target="_blank" rel="noopener">
          Sign in in a new tab
        </ButtonLink>
        <Button icon="rotate-cw">Send it again</Button>
      </form>
    </Plain>
  );
}

function Plain(props: Look & { title: string; icon: string; children: ComponentChildren }) {
  const { theme, title, icon, children } = props;
  return (
    <Document title={`${title} · Factotum`} theme={theme}>
      <main class="plain" id="main">
        <h1 class="visually-hidden">{title}</h1>
        <Empty icon={icon} title={title}>
          {children}
        </Empty>
      </main>
    </Document>
  );
}
