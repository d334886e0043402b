/** Microsoft Entra as an OpenID provider, for the pages of a tenant's people (learn.microsoft.com/entra/identity-platform/v2-protocols-oidc). */
import { z } from 'zod';
import { ensureWorkspace } from '../../db/workspace.ts';
import type { IdentityProvider } from '../identity.ts';
import type { TeamsContext } from './context.ts';
import { kindOf } from './remember.ts';
import { tabPath } from './surface.ts';

type Deps = {
  app: { id: string; password: string; tenantId: string };
  /** The tenants that are let in, with the workspace of each. */
  tenants: ReadonlyMap<string, string>;
  defaults: TeamsContext['defaults'];
};

const Id = z.guid().transform((id) => id.toLowerCase());
/** As ID tokens of version 2 have them: the tenant, the object id, the name. */
const Claims = z.object({ tid: Id, oid: Id, name: z.string().trim().nullish() });

/** Names are shown in histories. */
const longestName = 100;

export function createEntraIdentity({ app, tenants, defaults }: Deps): IdentityProvider {
  // Of one tenant nobody else's people are even asked for their password.
  const authority = tenants.size > 1 ? 'organizations' : app.tenantId;
  return {
    name: 'microsoft',
    label: 'Microsoft',
    issuer: `https://login.microsoftonline.com/${authority}/v2.0`,
    ...{ clientId: app.id, clientSecret: app.password },
    scope: 'openid profile',
    // Its discovery document does not announce it; every app may use it.
    pkce: 'always',
    installPath: tabPath,
    identityOf(claims) {
      const read = Claims.safeParse(claims);
      const workspaceId = read.data && tenants.get(read.data.tid);
      if (!read.success || !workspaceId) return undefined;
      const { oid, name } = read.data;
      const shown = name?.slice(0, longestName) || oid;
      return { workspaceId, organisation: undefined, personId: oid, name: shown };
    },
    async admit(tx, { workspaceId }) {
      // Whoever runs the program has let the tenant in.
      const workspace = { id: workspaceId, kind: kindOf(workspaceId), name: workspaceId };
      await ensureWorkspace(tx, { ...workspace, ...defaults });
      return true;
    },
  };
}
