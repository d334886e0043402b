/** Pages for what is not there: they say so, and lead on. */
import { FactotumError } from '../../errors.ts';
import { ButtonLink } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { Plain } from '../ui/plain.tsx';
import { appPath } from './address.ts';
import type { Context, PageRequest, PageResponse } from './request.ts';
import { AppPage } from './shell.tsx';

/** No app lives at this address. */
export function missingApp(request: PageRequest): PageResponse {
  const { session, isOwner, signIn } = request.visitor ?? { isOwner: true };
  const page = (
    <Plain theme={request.theme} title="App not found" icon="compass">
      <p>
        There is no app at this address{session ? ' for ' : ''}
        {session ? <bdi>{session.workspace}</bdi> : null}. It may have been renamed or removed
        {signIn ? ', or belong to another workspace' : ''}.
      </p>
      <div class="empty-actions">
        {isOwner ? (
          <ButtonLink kind="primary" icon="message-circle" href="/">
            Go to the chat
          </ButtonLink>
        ) : null}
        {signIn ? (
          <ButtonLink kind={isOwner ? 'secondary' : 'primary'} icon="log-in" href={signIn}>
            {session ? 'Your workspace' : 'Sign in'}
          </ButtonLink>
        ) : null}
      </div>
    </Plain>
  );
  return { kind: 'page', status: 404, page };
}

/** The app is there, the page is not. */
export function missingPage(
  context: Context,
  sentence = 'There is nothing at this address.',
): PageResponse {
  return notFound(context, 'Page not found', 'compass', sentence);
}

/** The record is gone, or never was. */
export function missingRecord(context: Context, singular: string): PageResponse {
  return notFound(
    context,
    `${singular} not found`,
    'file-question-mark',
    'It may have been deleted. Look for it in the list or search the whole app.',
  );
}

/** A view that the plan has not reached yet. */
export function stillBuilding(context: Context): PageResponse {
  return notFound(context, 'Not ready yet', 'hammer', 'This page is still being built.');
}

function notFound(context: Context, title: string, icon: string, sentence: string): PageResponse {
  const page = (
    <AppPage context={context} title={title}>
      <Empty icon={icon} title={title}>
        <p>{sentence}</p>
        <div class="empty-actions">
          <ButtonLink kind="primary" href={appPath(context.app)}>
            Go to the start page
          </ButtonLink>
          <ButtonLink icon="search" href={`${appPath(context.app)}/search`}>
            Search
          </ButtonLink>
        </div>
      </Empty>
    </AppPage>
  );
  return { kind: 'page', status: 404, page };
}

/** Something broke. Our own errors are written for people; of others only this much is said. */
export function trouble(request: PageRequest, error: unknown): PageResponse {
  const ours = error instanceof FactotumError && error.code !== 'INTERNAL' ? error : undefined;
  const home = request.visitor?.session ? '/signin' : '/';
  const page = (
    <Plain theme={request.theme} title="This page could not be shown" icon="cloud-alert">
      <p>
        {ours?.message ??
          'Something went wrong on our side. Nothing you saved is lost; try again in a moment.'}
      </p>
      <ButtonLink
        kind="primary"
        icon="rotate-cw"
        href={request.method === 'GET' ? request.url : home}
      >
        Try again
      </ButtonLink>
    </Plain>
  );
  return { kind: 'page', status: ours?.httpStatus ?? 500, page };
}
