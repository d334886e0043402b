/** Where somebody goes after the sign-in: a page of an app, and never another site. */
import { localPath } from '../ui/theme.tsx';

/** Goes into a cookie, of which browsers keep 4 KB. */
const longest = 1500;

/** The path if it is one of an app, without what would make it a part of a page; undefined for all others. */
export function backPath(value: unknown): string | undefined {
  const path = localPath(value);
  return /^\/apps\/[^/]/i.test(path) && path.length <= longest ? path : undefined;
}

/** The address of the sign-in page, which leads back. */
export const signInPath = (back: string | undefined): string =>
  back ? `/signin?${new URLSearchParams({ back })}` : '/signin';
