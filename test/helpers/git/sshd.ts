import { existsSync, mkdirSync } from 'node:fs';
import { run } from './cli.ts';

const places = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/opt/homebrew/sbin/sshd'];

/**
 * Path of the OpenSSH server. As root on Debian and its relatives a missing one is installed, without starting it.
 * @throws Error that says how to install it
 */
export async function findSshd(): Promise<string> {
  const root = process.getuid?.() === 0;
  const find = () => places.find((place) => existsSync(place));
  if (!find() && root && existsSync('/usr/bin/apt-get')) await install();
  const found = find();
  if (!found) {
    throw new Error(
      'the OpenSSH server (sshd) is missing: install it, e.g. apt-get install -y openssh-server',
    );
  }
  // Where sshd wants to lock itself in; packages make it only when the service starts.
  if (root && process.platform === 'linux') mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  return found;
}

async function install(): Promise<void> {
  // A run level of 1 keeps the package's scripts from starting a service on this machine.
  const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const apt = (...args: string[]) =>
    run('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=120', ...args], { env });
  const wanted = ['install', '-y', '--no-install-recommends', 'openssh-server'];
  try {
    await apt(...wanted);
  } catch {
    await apt('update');
    await apt(...wanted);
  }
}
