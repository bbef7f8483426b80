import {execFile} from 'node:child_process';
import {readFile, writeFile} from 'node:fs/promises';
import {userInfo} from 'node:os';
import {promisify} from 'node:util';
import {messageOf, SlipwayError} from '../../../base/errors.ts';

/** Debian's packages use ids up to 65534 (Debian policy 9.2.2). */
const wantedIds = 65_536;

/**
 * Gives a process that has just made its user namespace its users: as root all ids as they are; as an ordinary user
 * oneself as root, and the ids above from the user's block in /etc/subuid and /etc/subgid.
 */
export async function mapIds(pid: number): Promise<void> {
	if (process.geteuid?.() === 0) {
		await Promise.all([writeOwnMap(pid, 'uid_map'), writeOwnMap(pid, 'gid_map')]);
		return;
	}
	await Promise.all([
		runMapper('newuidmap', pid, process.geteuid?.() ?? 0, '/etc/subuid'),
		runMapper('newgidmap', pid, process.getegid?.() ?? 0, '/etc/subgid'),
	]);
}

/** Root of a container has only the ids that it was given. */
async function writeOwnMap(pid: number, kind: 'uid_map' | 'gid_map'): Promise<void> {
	const [inside = '0', , count = '0'] = (await readFile(`/proc/self/${kind}`, 'utf8')).trim().split(/\s+/u);
	const ids = inside === '0' ? Math.min(wantedIds, Number(count)) : 0;
	if (ids < wantedIds) {
		throw new SlipwayError('host', `Root of this container has only ${ids} user ids; packages need ${wantedIds}.`, {
			hint: 'Run the container with a larger id map, or build with --engine docker.',
		});
	}
	try {
		await writeFile(`/proc/${pid}/${kind}`, `0 0 ${ids}\n`);
	} catch (cause) {
		throw new SlipwayError('host', `Cannot set up the sandbox's users: ${messageOf(cause)}.`, {
			hint: 'Root here lacks capabilities (a container?). Run as an ordinary user, or build with --engine docker.',
			cause,
		});
	}
}

async function runMapper(program: string, pid: number, id: number, file: string): Promise<void> {
	const {username} = userInfo();
	const range = await subordinateIds(file, username, id);
	if (range === null) {
		throw new SlipwayError(
			'host',
			`The user ${username} has no block of ${wantedIds - 1} subordinate ids in ${file}.`,
			{
				hint: `As root: \`usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${username}\` (ids that nobody else has).`,
			},
		);
	}
	const map = ['0', String(id), '1', '1', String(range), String(wantedIds - 1)];
	try {
		await promisify(execFile)(program, [String(pid), ...map], {env: {PATH: '/usr/sbin:/usr/bin:/sbin:/bin'}});
	} catch (cause) {
		const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
		throw new SlipwayError(
			'host',
			isMissing
				? `Building as an ordinary user needs ${program}.`
				: `Cannot set up the sandbox's users: ${messageOf(cause)}`,
			{hint: isMissing ? 'As root: `apt-get install uidmap`.' : `Check ${file}; see newuidmap(1).`, cause},
		);
	}
}

/** First id of a block that is large enough: subuid(5). */
async function subordinateIds(file: string, user: string, id: number): Promise<number | null> {
	const text = await readFile(file, 'utf8').catch(() => '');
	for (const line of text.split('\n')) {
		const [name, first, count] = line.split(':');
		if ((name === user || name === String(id)) && Number(count) >= wantedIds - 1) return Number(first);
	}
	return null;
}
