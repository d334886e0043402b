/** Pages for whoever is not let in: they say why, and what to do. */
import type { VNode } from 'preact';
import type { IdentityProvider } from '../../bot/identity.ts';
import { Button, ButtonLink } from '../ui/button.tsx';
import { type Look, Plain } from '../ui/plain.tsx';

/** A form as it was sent: the path that it went to, and what was in it. */
export type Unsent = { action: string; fields: [name: string, value: string][] };

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
