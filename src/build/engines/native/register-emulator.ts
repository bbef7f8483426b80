import {spawnSync} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {messageOf} from '../../../base/errors.ts';
import type {Emulator} from '../../emulation.ts';
import {AgentError} from './agent-error.ts';

const folder = '/proc/sys/fs/binfmt_misc';

/**
 * Lets the programs of another architecture run in this user namespace, and in no other: its own binfmt_misc ends with
 * it. F opens the emulator now, so that it is there in every root; C lets set-uid programs be what they are.
 */
export function registerEmulator({name, magic, mask, program}: Emulator): void {
	const mounted = spawnSync('mount', ['-n', '-t', 'binfmt_misc', 'binfmt_misc', folder], {encoding: 'utf8'});
	if (mounted.status !== 0) throw refused(name, mounted.stderr.trim());
	try {
		writeFileSync(`${folder}/register`, `:${name}:M::${magic}:${mask}:${program}:OCF`);
	} catch (error) {
		throw refused(name, messageOf(error));
	}
}

const refused = (name: string, why: string) =>
	new AgentError(
		'host',
		`Cannot register ${name} for the sandbox: ${why}.`,
		'As root: `apt-get install qemu-user-static binfmt-support`, which registers it for the whole host.',
	);
