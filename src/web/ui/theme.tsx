/** Light or dark: follows the system until somebody presses the button, then a cookie decides. */
import type { RequestHandler } from 'express';
import { readCookie } from './cookie.ts';
import { Icon } from './icon.tsx';

const themes = ['light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const yearInMs = 365 * 24 * 3600 * 1000;

/** What the visitor chose; undefined means "as the system says". */
export function themeOf(cookieHeader: string | undefined): Theme | undefined {
  const value = readCookie(cookieHeader, 'theme');
  return themes.find((theme) => theme === value);
}

/** A path on this site, or '/': a form may send somebody back, but never away. */
export function localPath(value: unknown): string {
  return typeof value === 'string' && /^\/(?![/\\])[^\s\\]*$/.test(value) ? value : '/';
}

/** Stores the choice and goes back to the page it was made on. */
export const changeTheme: RequestHandler = (request, response) => {
  const body: Record<string, unknown> = request.body ?? {};
  const theme = themes.find((candidate) => candidate === body['theme']);
  if (theme) {
    response.cookie('theme', theme, {
      maxAge: yearInMs,
      sameSite: 'lax',
      httpOnly: true,
      path: '/',
    });
  }
  response.redirect(303, localPath(body['back']));
};

/**
 * Two buttons, of which the stylesheet shows the one that leads to the other theme:
 * the server cannot know what the system prefers.
 */
export function ThemeToggle({ back }: { back: string }) {
  return (
    <form class="theme-toggle" method="post" action="/assets/theme" data-theme-form>
      <input type="hidden" name="back" value={back} />
      <button
        class="icon-button to-dark"
        name="theme"
        value="dark"
        type="submit"
        aria-label="Switch to dark colours"
      >
        <Icon name="moon" />
      </button>
      <button
        class="icon-button to-light"
        name="theme"
        value="light"
        type="submit"
        aria-label="Switch to light colours"
      >
        <Icon name="sun" />
      </button>
    </form>
  );
}
