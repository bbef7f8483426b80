import {readFileSync} from 'node:fs';
import {makeDeb, type Deb} from '../support/deb.ts';
import {startDebianRepository, type DebianRepository, type SuitePackages} from '../support/debian-repository.ts';
import {hostPackages} from '../support/host-packages.ts';

const starterPackages = ['base-files', 'ca-certificates', 'libc-bin', 'libc6', 'libgcc-s1', 'netbase', 'tzdata'];

/** Debian in small: what the starter `debian` needs, taken from this machine, in two releases, and packages of the test's own. */
export async function startSmallRepository(): Promise<DebianRepository> {
	return startDebianRepository({suites: smallSuites()});
}

/** The same weeks later: a security update of greeter in trixie, and a picky in bookworm that cannot be configured. */
export const laterSuites = (): SuitePackages => {
	const {trixie = [], bookworm = []} = smallSuites();
	return {
		trixie,
		'trixie-security': [greeter('2.0-1+deb13u2')],
		bookworm: bookworm.map(deb =>
			deb.name === 'picky' ? picky('1.0-2', 'echo cannot be configured here >&2; exit 3') : deb,
		),
	};
};

export function smallSuites({pickyEnd = 'echo cannot be configured here >&2; exit 3'} = {}): SuitePackages {
	const trixie = hostPackages(starterPackages, {mergedUsr: true, versions: {'base-files': '13.8+deb13u8'}});
	const bookworm = hostPackages(starterPackages, {versions: {'base-files': '12.9+deb12u9'}});
	return {
		trixie: [...trixie, greeterData, greeter('2.0-1'), picky('2.0-1', 'exit 0')],
		'trixie-security': [greeter('2.0-1+deb13u1')],
		bookworm: [...bookworm, greeterData, greeter('1.0-1'), picky('1.0-1', pickyEnd)],
	};
}

/** Prints its environment; its maintainer script leaves a file. Both work in an image without a shell. */
export function greeter(version: string): Deb {
	return makeDeb({
		name: 'greeter',
		version,
		fields: {Depends: 'libc6, greeter-data', Description: 'prints its environment'},
		files: [
			{path: '/usr/bin/greeter', content: readFileSync('/usr/bin/printenv'), mode: 0o755},
			{path: '/usr/bin/greet', symlink: 'greeter'},
			{path: '/etc/greeter.conf', content: 'greeting=hello\n'},
			{path: '/usr/share/doc/greeter/copyright', content: 'License: MIT\n'},
		],
		conffiles: ['/etc/greeter.conf'],
		scripts: {
			postinst: '#!/bin/sh\nset -e\nmkdir -p /var/lib/greeter\necho "configured $1" > /var/lib/greeter/state\n',
		},
	});
}

/** Its maintainer script ends as told: what cannot be configured fails its line, and no other. */
function picky(version: string, end: string): Deb {
	return makeDeb({name: 'picky', version, architecture: 'all', scripts: {postinst: `#!/bin/sh\n${end}\n`}});
}

export const greeterData = makeDeb({
	name: 'greeter-data',
	architecture: 'all',
	files: [{path: '/usr/share/greeter/words', content: 'hello\n'}],
});
