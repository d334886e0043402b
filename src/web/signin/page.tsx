/** The pages of the sign-in: the ways in, what somebody finds behind them, and the way out. */
import type { VNode } from 'preact';
import type { IdentityProvider } from '../../bot/identity.ts';
import type { AppRow } from '../../db/app.ts';
import type { Session } from '../../db/session.ts';
import { AppList } from '../ui/app-list.tsx';
import { Button, ButtonLink } from '../ui/button.tsx';
import { type Look, Plain } from '../ui/plain.tsx';

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
      <AppList apps={apps} kind="own-apps" />
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
