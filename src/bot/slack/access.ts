/** Who let us in, and with which token: one workspace by a token, or many that installed the app. */
import { AuthorizationError, type AuthorizeResult, webApi } from '@slack/bolt';
import { FactotumError } from '../../errors.ts';

/** Of a delivery: which workspace it is for, as Bolt reads it from the signed payload. */
type Source = {
  teamId?: string | undefined;
  enterpriseId?: string | undefined;
  isEnterpriseInstall: boolean;
};

export type Access = {
  /** @throws FORBIDDEN when the program is not installed there (any more) */
  authorize(source: Source): Promise<AuthorizeResult>;
  /**
   * Repeats nothing by itself: who calls decides what may be sent again.
   * @throws FORBIDDEN when the program is not installed there (any more)
   */
  clientFor(workspaceId: string): Promise<webApi.WebClient>;
  /** The tokens are no longer valid; those of an installation made after `at` are. */
  revoke(workspaceId: string, why: 'uninstalled' | 'tokens_revoked', at: Date): Promise<void>;
};

/** Workspaces of Slack, and organisations where they installed for all of theirs. */
export const workspaceIdOf = (team: string): string => `wsp_slack_${team}`;
export const teamOf = (workspaceId: string): string => workspaceId.replace(/^wsp_slack_/, '');

/** A delivery waits for its answers for 3 seconds, a job for its own for longer. */
const timeoutMs = 8_000;

export function createClient(
  token: string,
  options: webApi.WebClientOptions,
  teamId?: string,
): webApi.WebClient {
  return new webApi.WebClient(token, {
    ...quiet,
    timeout: timeoutMs,
    ...options,
    ...(teamId ? { teamId } : {}),
  });
}

/** What nobody is told twice: 429 is answered to whoever called, and nothing is sent again. */
export const quiet = {
  rejectRateLimitedCalls: true,
  retryConfig: { retries: 0 },
} satisfies webApi.WebClientOptions;

export const notInstalled = (why?: string) =>
  new FactotumError(
    'FORBIDDEN',
    `Factotum is not installed in this Slack workspace${why ? ` (${why})` : ''}. Install the app again.`,
  );

/** Whether a delivery is refused because nobody let us in: it is no fault and comes again in vain. */
export const isStranger = (error: unknown): boolean =>
  error instanceof AuthorizationError &&
  error.original instanceof FactotumError &&
  error.original.code === 'FORBIDDEN';
