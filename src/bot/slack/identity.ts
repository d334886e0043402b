/** Slack as an OpenID provider, "Sign in with Slack" (docs.slack.dev/authentication/sign-in-with-slack). */
import { z } from 'zod';
import { holdInstallation } from '../../db/installation.ts';
import { ensureWorkspace, findWorkspace, setOrganisation } from '../../db/workspace.ts';
import type { IdentityProvider } from '../identity.ts';
import { workspaceIdOf } from './access.ts';
import type { SlackContext } from './context.ts';
import { paths, signInScopes } from './surface.ts';

type Deps = {
  clientId: string;
  clientSecret: string;
  /** The address of the Web API, when it is not that of slack.com. */
  apiUrl: string | undefined;
  /** Of workspaces that are seen for the first time. */
  defaults: SlackContext['defaults'];
};

const Id = z.string().regex(/^[A-Z0-9]{2,40}$/);
/** As openid.connect.token gives them (docs.slack.dev/reference/methods/openid.connect.token). */
const Claims = z.object({
  'https://slack.com/team_id': Id,
  'https://slack.com/user_id': Id,
  // On Enterprise Grid only.
  'https://slack.com/enterprise_id': Id.nullish(),
  name: z.string().trim().nullish(),
});

/** Names are shown in histories. */
const longestName = 100;

export function createSlackIdentity(deps: Deps): IdentityProvider {
  const { clientId, clientSecret, apiUrl, defaults } = deps;
  return {
    name: 'slack',
    label: 'Slack',
    issuer: apiUrl ? new URL(apiUrl).origin : 'https://slack.com',
    ...{ clientId, clientSecret },
    scope: signInScopes.join(' '),
    // Its discovery document does not announce it. It is for apps that are marked as public clients, for good
    // (docs.slack.dev/authentication/using-pkce), and openid.connect.token is known to fail with it
    // (github.com/paradigmxyz/centaur/pull/1101). The nonce binds the code then (RFC 9700, 2.1.1).
    pkce: 'announced',
    installPath: paths.install,
    identityOf(claims) {
      const read = Claims.safeParse(claims);
      if (!read.success) return undefined;
      const { name, ...ids } = read.data;
      const person = ids['https://slack.com/user_id'];
      return {
        workspaceId: workspaceIdOf(ids['https://slack.com/team_id']),
        organisation: ids['https://slack.com/enterprise_id'] ?? undefined,
        personId: person,
        name: name?.slice(0, longestName) || person,
      };
    },
    async admit(tx, { workspaceId, organisation }) {
      const workspace = await findWorkspace(tx, workspaceId);
      if (workspace && (await holdInstallation(tx, workspaceId))) return true;
      const above = organisation ?? workspace?.organisation;
      if (!above || !(await holdInstallation(tx, workspaceIdOf(above)))) return false;
      // So that what ends with the organisation's installation is found by it.
      const name = workspace?.name ?? workspaceId;
      await ensureWorkspace(tx, { id: workspaceId, kind: 'slack', name, ...defaults });
      await setOrganisation(tx, workspaceId, above);
      return true;
    },
  };
}
