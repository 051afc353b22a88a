// @ts-check
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { run } from './run.mjs';

const STRONGSWAN = ['strongswan-swanctl', 'charon-systemd', 'strongswan-charon', 'strongswan-pki'];
const PLUGINS = [
  'libstrongswan-standard-plugins',
  'libstrongswan-extra-plugins',
  'libcharon-extra-plugins',
  'libcharon-extauth-plugins',
];
const NETWORK = ['iproute2', 'iputils-ping', 'tcpdump', 'tshark', 'nftables', 'iptables', 'systemd'];
const OTHER_PEERS = ['vpnc'];
const MACHINE = ['iperf3', 'qemu-system-x86', 'busybox-static', 'kmod', 'cpio'];

/** Debian's packages for the lab in network namespaces, and for the virtual machine. */
export const LAB_PACKAGES = [...STRONGSWAN, ...PLUGINS, ...OTHER_PEERS, ...NETWORK];
export const VM_PACKAGES = [...LAB_PACKAGES, ...MACHINE];

const APT_LIMIT = 600_000;

/**
 * Makes the machine ready for a suite: installs what is missing where it may.
 *
 * @param {readonly string[]} packages
 * @returns {Promise<string | undefined>} why the suite cannot run here, undefined where it can
 */
export async function prepare(packages) {
  if (process.platform !== 'linux') return `needs Linux, this is ${process.platform}`;
  if (process.getuid?.() !== 0) return 'needs root: network namespaces, TUN devices, raw sockets';
  if (!existsSync('/usr/bin/apt-get')) return 'needs Debian: its packages of strongSwan and QEMU';
  const missing = packages.filter((name) => !isInstalled(name));
  // The virtual machine's kernel is fetched by apt, which has to have heard of it.
  if (missing.length > 0 || !aptKnows('linux-image-amd64')) await apt('update');
  if (missing.length > 0 && !(await install(missing))) return `apt-get could not install ${missing.join(' ')}`;
  return namespacesWork() ? undefined : 'may not make network namespaces here';
}

/** @param {string} name */
function isInstalled(name) {
  try {
    return execFileSync('dpkg-query', ['-W', '-f', '${Status}', name], { stdio: 'pipe' })
      .toString()
      .endsWith(' installed');
  } catch {
    return false;
  }
}

/** @param {string} name */
function aptKnows(name) {
  return execFileSync('apt-cache', ['pkgnames', name], { stdio: 'pipe' }).toString().split('\n').includes(name);
}

/** @param {readonly string[]} packages */
function install(packages) {
  console.log(`installing for the lab: ${packages.join(' ')}`);
  return withoutServices(() => apt('install', '-y', '--no-install-recommends', ...packages));
}

/** @param {readonly string[]} args */
async function apt(...args) {
  const command = ['apt-get', '-q', '-o', 'Acquire::Retries=3', ...args];
  return (await run(command, { limit: APT_LIMIT, env: { DEBIAN_FRONTEND: 'noninteractive' } })).status === 0;
}

/**
 * The lab starts its own daemons: strongSwan must not come up on the machine itself because it was installed.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
async function withoutServices(work) {
  const policy = '/usr/sbin/policy-rc.d';
  if (existsSync(policy)) return work();
  writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return await work();
  } finally {
    rmSync(policy);
  }
}

function namespacesWork() {
  try {
    execFileSync('unshare', ['--net', 'true'], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}
