import {expect, test} from 'vitest';
import {configureFailure} from '../../src/build/engines/native/maintainer-scripts.ts';

const ofDpkg = (end: string) => [
	'dpkg: error processing package picky (--configure):',
	` installed picky package post-installation script subprocess ${end}`,
	'Errors were encountered while processing:',
	' picky',
];

test.each([
	[
		'a script that says why',
		['Setting up picky (1.0) ...', 'creating tables', 'cannot connect', ...ofDpkg('returned error exit status 3')],
		'Configuring failed: the post-installation script of picky ended with 3. It said: cannot connect',
	],
	[
		'a script that says nothing',
		['Setting up picky (1.0) ...', ...ofDpkg('returned error exit status 1')],
		'Configuring failed: the post-installation script of picky ended with 1, and said nothing',
	],
	[
		'a script that was killed',
		['creating tables', ...ofDpkg('was killed by signal (Killed)')],
		'Configuring failed: the post-installation script of picky was killed by signal (Killed). It said: creating tables',
	],
	[
		'a package that is no package',
		['dpkg: error processing archive /a.deb (--unpack):', ' unexpected end of file'],
		'Configuring failed: the package /a.deb ended with 2. dpkg: error processing archive /a.deb (--unpack): /  unexpected end of file',
	],
	['another program', ['no such option'], 'Configuring failed: dpkg --configure ended with 2. no such option'],
])('%s', (_, recent, message) => {
	expect(configureFailure(['dpkg', '--configure', '-a'], 2, recent).message).toBe(message);
});
