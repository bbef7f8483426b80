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
	const at = recent.findLastIndex(line => line.startsWith('dpkg: error processing '));
	const script = recent
		.slice(at + 1)
		.map(scriptEnd)
		.find(Boolean);
	if (at !== -1 && script) {
		const said = recent.slice(0, at).findLast(line => line.trim() !== '' && !line.startsWith('Setting up '));
		return new AgentError(
			'sandbox',
			`Configuring failed: ${script}${said === undefined ? ', and said nothing' : `. It said: ${said.trim().slice(0, 400)}`}`,
			'The full log of the line tells more.',
		);
	}
	const named = /^dpkg: error processing (?:package|archive) (\S+)/u.exec(recent[at] ?? '')?.[1];
	const what = named === undefined ? command.slice(0, 2).join(' ') : `the package ${named}`;
	return new AgentError(
		'sandbox',
		`Configuring failed: ${what} ended with ${code}. ${recent.slice(-3).join(' / ').slice(0, 600)}`,
		'The full log of the line tells more.',
	);
}

/** How a maintainer script ended, from dpkg's line about it; its own exit status is always the same. */
function scriptEnd(line: string): string | null {
	const match =
		/^\s*\S+ (\S+) package (\S+) script subprocess (?:returned error exit status (\d+)|was (killed.*))$/u.exec(line);
	if (!match) return null;
	const [, name, script, code, killed] = match;
	return `the ${script} script of ${name} ${killed === undefined ? `ended with ${code}` : `was ${killed}`}`;
}
