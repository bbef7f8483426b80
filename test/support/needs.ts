import {spawnSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {delimiter, join} from 'node:path';
import {describe, test} from 'vitest';
import {hasOwnRegistrations} from '../../src/build/emulation.ts';
import {hasOwnPidMax} from '../../src/build/engines/native/sandbox-limits.ts';
import {findOrdinaryUser} from './test-user.ts';

/** What a test needs of the machine that npm does not bring. */
export type Need =
	| 'docker'
	| 'apt'
	| 'aptitude'
	| 'cron'
	| 'buildah'
	| 'dose'
	| 'emulation'
	| 'fzf'
	| 'mmdebstrap'
	| 'podman'
	| 'registry'
	| 'skopeo'
	| 'systemd-analyze'
	| 'tmux'
	| 'root'
	| 'ordinary-user'
	| 'user-namespaces'
	| 'own-pid-limit'
	| 'debian-mirror'
	| 'docker-by-hand';

const commands: Partial<Record<Need, readonly string[]>> = {
	docker: ['dockerd', 'docker', 'containerd', 'runc'],
	apt: ['apt-get', 'dpkg', 'gpgv'],
	aptitude: ['aptitude'],
	cron: ['crontab'],
	buildah: ['buildah'],
	dose: ['dose-debcheck'],
	emulation: ['qemu-aarch64-static'],
	fzf: ['fzf'],
	mmdebstrap: ['mmdebstrap'],
	podman: ['podman', 'conmon', 'runc'],
	registry: ['docker-registry'],
	skopeo: ['skopeo'],
	'systemd-analyze': ['systemd-analyze'],
	tmux: ['tmux'],
};

/**
 * Needs that hang on the kernel that CI runs on, or on what was booted: it cannot bring them about once their commands are
 * there. Everything else `.ci/run` provides, so there a test whose need is missing fails.
 */
const dependsOnHost: ReadonlySet<Need> = new Set(['user-namespaces', 'own-pid-limit', 'cron', 'emulation']);
/** What takes too long for every run. */
const byHand: ReadonlySet<Need> = new Set(['docker-by-hand']);

/** Why a need is not met here; null if it is. */
export function whyMissing(need: Need): string | null {
	const missing = missingCommands(need);
	if (missing.length > 0) return `${missing.join(', ')} not installed`;
	switch (need) {
		case 'docker':
		case 'podman':
		case 'root':
			return process.getuid?.() === 0 ? null : 'not root';
		case 'ordinary-user':
			return findOrdinaryUser() ? null : 'no ordinary user with subordinate ids who can read this checkout';
		case 'user-namespaces':
			return canMakeUserNamespace() ? null : 'the kernel lets an ordinary user make no user namespace';
		case 'own-pid-limit':
			return hasOwnPidMax() ? null : 'before Linux 6.14 a fork bomb would trouble this machine';
		case 'cron':
			return existsSync('/run/systemd/system') ? 'systemd runs here: schedules go there' : null;
		case 'emulation':
			return hasOwnRegistrations() ? null : 'a user namespace has no binfmt_misc of its own before Linux 6.7';
		case 'debian-mirror':
			return hasDebianSource() ? null : 'no Debian source in this machine’s apt configuration';
		case 'docker-by-hand':
			return process.env['SLIPWAY_DOCKER'] ? null : 'by hand, with SLIPWAY_DOCKER=static:13';
		default:
			return null;
	}
}

/**
 * `testNeeding('docker', 'skopeo')('title', …)`: a test that is skipped, with the reason in its title, where a need is not met; in CI
 * it fails there unless CI cannot provide the need either.
 */
export function testNeeding(...needs: readonly Need[]) {
	const reason = reasonFor(needs);
	return (title: string, body: () => Promise<void>, timeoutMs?: number) => {
		if (reason === null) test(title, {...(timeoutMs && {timeout: timeoutMs})}, body);
		else if (mustBeThere(needs)) test(title, () => Promise.reject(new Error(`CI has to provide this: ${reason}`)));
		else test.skip(`${title} [skipped: ${reason}]`, body);
	};
}

/** The same for a group of tests, whose set-up may need what is missing. */
export function describeNeeding(...needs: readonly Need[]) {
	const reason = reasonFor(needs);
	return (title: string, body: () => void) => {
		if (reason === null) describe(title, body);
		else if (mustBeThere(needs)) test(title, () => Promise.reject(new Error(`CI has to provide this: ${reason}`)));
		else describe.skip(`${title} [skipped: ${reason}]`, body);
	};
}

function reasonFor(needs: readonly Need[]): string | null {
	const reasons = needs.map(whyMissing).filter(reason => reason !== null);
	return reasons.length > 0 ? reasons.join('; ') : null;
}

function mustBeThere(needs: readonly Need[]): boolean {
	const isForCi = (need: Need) =>
		missingCommands(need).length > 0 || (whyMissing(need) !== null && !dependsOnHost.has(need));
	return process.env['CI'] === 'true' && needs.some(need => !byHand.has(need) && isForCi(need));
}

const missingCommands = (need: Need): readonly string[] =>
	(commands[need] ?? []).filter(command => !isCommand(command));

function isCommand(name: string): boolean {
	const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
	return folders.some(folder => existsSync(join(folder, name)));
}

function canMakeUserNamespace(): boolean {
	const user = findOrdinaryUser();
	if (!user) return false;
	const {uid, gid} = user;
	return spawnSync('unshare', ['--user', '--map-root-user', '--mount', 'true'], {uid, gid, cwd: '/'}).status === 0;
}

function hasDebianSource(): boolean {
	const folder = '/etc/apt/sources.list.d';
	const files = existsSync(folder) ? readdirSync(folder).map(name => join(folder, name)) : [];
	return ['/etc/apt/sources.list', ...files]
		.filter(file => existsSync(file))
		.some(file => /^(?:deb |URIs:).*\bdebian\b/m.test(readFileSync(file, 'utf8')));
}
