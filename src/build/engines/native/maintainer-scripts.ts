import {AgentError} from './agent-error.ts';

/** As apt and debootstrap set it for maintainer scripts. */
const commonEnv = {
	PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
	HOME: '/root',
	SHELL: '/bin/sh',
	LC_ALL: 'C.UTF-8',
	DEBIAN_FRONTEND: 'noninteractive',
	DEBCONF_NONINTERACTIVE_SEEN: 'true',
};

/**
 * The environment of a stage's scripts. TeX writes the time into its formats unless it is told one. Nobody else is: Python
 * would compile its modules in another way than apt's images have them.
 *
 * @param names of the packages of this stage and those below it
 * @param epoch seconds
 */
export function scriptEnv(names: ReadonlySet<string>, epoch: number): Readonly<Record<string, string>> {
	return names.has('tex-common') ? {...commonEnv, SOURCE_DATE_EPOCH: String(epoch), FORCE_SOURCE_DATE: '1'} : commonEnv;
}

/** What to tell of a program that ended with that code, by its last lines of output. */
export function configureFailure(command: readonly string[], code: number, recent: readonly string[]): AgentError {
	if (recent.some(line => line.includes('No space left on device'))) {
		return new AgentError(
			'storage',
			'Cannot unpack the packages: the disk is full.',
			'Free some space (`slipway gc` helps), then build again.',
		);
	}
	const named = recent
		.map(line => /^dpkg: error processing (?:package|archive) (\S+)/u.exec(line)?.[1])
		.findLast(Boolean);
	const what = named === undefined ? command.slice(0, 2).join(' ') : `the package ${named}`;
	return new AgentError(
		'sandbox',
		`Configuring failed: ${what} ended with ${code}. ${recent.slice(-3).join(' / ').slice(0, 600)}`,
		'The full log of the line tells more.',
	);
}
