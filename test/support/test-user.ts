import {spawnSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {userInfo} from 'node:os';
import {join} from 'node:path';
import {packageRoot} from '../../src/base/package-root.ts';

/** Whom a test runs a program as. */
export interface TestUser {
	readonly name: string;
	readonly uid: number;
	readonly gid: number;
}

/**
 * An ordinary user of this machine who can have subordinate ids (subuid(5)) and can read this checkout: the one who runs the
 * tests, or, as root, SLIPWAY_TEST_USER or the first that /etc/subuid names. Null if there is none.
 */
export function findOrdinaryUser(): TestUser | null {
	const own = userInfo();
	if (own.uid !== 0) return {name: own.username, uid: own.uid, gid: own.gid};
	const wanted = process.env['SLIPWAY_TEST_USER'];
	const user = accounts().find(account => (wanted ? account.name === wanted : hasSubordinateIds(account.name)));
	return user && canRunProgram(user) ? user : null;
}

export function hasSubordinateIds(name: string): boolean {
	return ['/etc/subuid', '/etc/subgid'].every(
		file =>
			existsSync(file) &&
			readFileSync(file, 'utf8')
				.split('\n')
				.some(line => line.startsWith(`${name}:`)),
	);
}

function accounts(): TestUser[] {
	return readFileSync('/etc/passwd', 'utf8')
		.split('\n')
		.map(line => line.split(':'))
		.map(([name = '', , uid, gid]) => ({name, uid: Number(uid), gid: Number(gid)}))
		.filter(({uid}) => uid >= 1000 && uid < 65_000);
}

function canRunProgram({uid, gid}: TestUser): boolean {
	const probe = spawnSync(process.execPath, ['--version'], {uid, gid, cwd: '/'});
	const read = spawnSync('test', ['-r', join(packageRoot(), 'package.json')], {uid, gid, cwd: '/'});
	return probe.status === 0 && read.status === 0;
}
