import {makeDeb, type Deb} from '../support/deb.ts';
import {startDebianRepository, type DebianRepository} from '../support/debian-repository.ts';
import {hostPackages} from '../support/host-packages.ts';

const starterPackages = ['base-files', 'ca-certificates', 'libc-bin', 'libc6', 'libgcc-s1', 'netbase', 'tzdata'];

/** Its maintainer script says that it began, and never ends by itself. */
const endless = makeDeb({
	name: 'endless',
	architecture: 'all',
	scripts: {postinst: '#!/bin/sh\necho "endless begins"\nwhile :; do sleep 1; done\n'},
});

const plain = (name: string, version = '1.0-1'): Deb =>
	makeDeb({name, version, architecture: 'all', files: [{path: `/usr/share/${name}`, content: name}]});

/** Its maintainer script fails. */
const stubborn = makeDeb({
	name: 'stubborn',
	version: '0.9-1',
	architecture: 'all',
	scripts: {postinst: '#!/bin/sh\necho "stubborn cannot be configured here" >&2\nexit 3\n'},
});

/** The starter debian in two lines; `endless` never ends in 13, `stubborn` fails in 12; in the other both are harmless. */
export async function startBuildRepository(): Promise<DebianRepository> {
	const trixie = hostPackages(starterPackages, {mergedUsr: true, versions: {'base-files': '13.8+deb13u8'}});
	const bookworm = hostPackages(starterPackages, {versions: {'base-files': '12.9+deb12u9'}});
	return startDebianRepository({
		suites: {
			trixie: [...trixie, endless, plain('stubborn'), plain('words')],
			bookworm: [...bookworm, plain('endless', '0.9-1'), stubborn, plain('words')],
		},
	});
}
