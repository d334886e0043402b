/**
 * As whom the built-in server runs. PostgreSQL refuses to run as root, so a program
 * started by root starts it as the user "postgres" (made if missing). That user may
 * not be able to reach the project's folder (a clone under /root or in a private
 * temporary folder): then the server is given the one capability to walk through
 * directories, by setpriv, instead of anybody's permissions being loosened.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { chown } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FactotumError } from '../errors.ts';
import { root } from '../root.ts';

export type Identity = {
  uid?: number;
  gid: number;
  /** Options for child_process.spawn. */
  spawn: { uid?: number; gid?: number };
  /** Put in front of the command; empty where nothing is needed. */
  prefix: string[];
};

const account = 'postgres';

/** All that the server's processes see of our environment: none of our settings is their business. */
export const serverEnvironment = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };

/** Decides who runs the server and makes `home` theirs to write in. */
export async function serverIdentity(home: string): Promise<Identity> {
  if (process.getuid?.() !== 0) return { gid: process.getgid?.() ?? 0, spawn: {}, prefix: [] };
  const user = findAccount() ?? createAccount();
  // Only the folder itself changes hands here; files that root writes into it stay root's.
  await chown(home, user.uid, user.gid);
  if (isReachable(home) && isReachable(root)) {
    return { ...user, spawn: user, prefix: [] };
  }
  const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find(existsSync);
  if (!setpriv) {
    throw new FactotumError(
      'NOT_READY',
      `The built-in database runs as the user "${account}", who cannot enter ${home}. Move the project to a folder that others may enter, run it as an ordinary user, or set DATABASE_URL.`,
    );
  }
  const prefix = [
    setpriv,
    `--reuid=${user.uid}`,
    `--regid=${user.gid}`,
    '--clear-groups',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
    // access(2), with which initdb looks for its programs, ignores capabilities of a user who
    // is not root unless this bit is set (Linux, fs/open.c).
    '--securebits=+no_setuid_fixup',
    '--',
  ];
  return { ...user, spawn: {}, prefix };
}

export function wrapCommand(
  identity: Identity,
  command: string,
  args: string[],
): [string, ...string[]] {
  const [first, ...rest] = [...identity.prefix, command, ...args];
  return [first ?? command, ...rest];
}

function findAccount(): { uid: number; gid: number } | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${account}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined;
}

function createAccount(): { uid: number; gid: number } {
  try {
    execFileSync(
      'useradd',
      ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', account],
      { stdio: 'pipe' },
    );
  } catch (cause) {
    throw new FactotumError(
      'NOT_READY',
      `PostgreSQL does not run as root, and the user "${account}" could not be made. Run the program as an ordinary user, or set DATABASE_URL.`,
      { cause },
    );
  }
  const made = findAccount();
  if (!made)
    throw new FactotumError('INTERNAL', `The user "${account}" was made but cannot be found.`);
  return made;
}

/** Whether everybody may walk through every folder above, and into, `folder`. */
function isReachable(folder: string): boolean {
  for (let path = folder; ; path = dirname(path)) {
    const others = statSync(path).mode & 0o001;
    if (!others && path !== folder) return false;
    if (path === join(path, '..')) return true;
  }
}
