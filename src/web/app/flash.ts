/** News that survive one redirect: a short-lived cookie, read once by the next page. */
import type { Request, Response } from 'express';
import { readCookie } from '../ui/cookie.ts';
import { localPath } from '../ui/theme.tsx';
import type { Toast } from '../ui/toast.tsx';

const name = 'news';
const options = { path: '/apps', httpOnly: true, sameSite: 'lax' } as const;
/** Cookies hold 4 KB; three toasts of this length fit with their encoding. */
const longest = 300;

/** Leaves news for the next page. */
export function leaveToasts(response: Response, toasts: Toast[]): void {
  if (toasts.length === 0) return;
  const short = toasts
    .slice(0, 3)
    .map((toast) => ({ ...toast, text: toast.text.slice(0, longest) }));
  response.cookie(name, JSON.stringify(short), { ...options, maxAge: 60_000 });
}

/** Throws the news away: whoever comes next is somebody else. */
export function dropToasts(response: Response): void {
  response.clearCookie(name, options);
}

/** Takes the news, so that a reload does not repeat them. A cookie that is not ours is no news. */
export function takeToasts(request: Request, response: Response): Toast[] {
  const stored = readCookie(request.headers.cookie, name);
  if (!stored) return [];
  response.clearCookie(name, options);
  try {
    const parsed: unknown = JSON.parse(stored);
    return Array.isArray(parsed) ? parsed.slice(0, 3).flatMap(readToast) : [];
  } catch {
    return [];
  }
}

function readToast(value: unknown): Toast[] {
  if (typeof value !== 'object' || value === null) return [];
  const { kind, text, undo, link }: Record<string, unknown> = { ...value };
  if ((kind !== 'done' && kind !== 'refused' && kind !== 'notice') || typeof text !== 'string')
    return [];
  return [{ kind, text, undo: readUndo(undo), link: readLink(link) }];
}

function readUndo(value: unknown): Toast['undo'] {
  if (typeof value !== 'object' || value === null) return undefined;
  const { action, label }: Record<string, unknown> = { ...value };
  return typeof action === 'string' && typeof label === 'string'
    ? { action: localPath(action), label }
    : undefined;
}

function readLink(value: unknown): Toast['link'] {
  if (typeof value !== 'object' || value === null) return undefined;
  const { href, label }: Record<string, unknown> = { ...value };
  return typeof href === 'string' && typeof label === 'string'
    ? { href: localPath(href), label }
    : undefined;
}
