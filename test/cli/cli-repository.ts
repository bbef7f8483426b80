import {makeDeb, type Deb} from '../support/deb.ts';
import {startDebianRepository, type DebianRepository} from '../support/debian-repository.ts';

const essential = (name: string, version = '1.0-1'): Deb =>
	makeDeb({name, version, fields: {Essential: 'yes', Description: `${name} of the test`}});

/** What the starter memcached needs in two releases, synthetic, and packages to add. Nothing in it can run. */
export const cliSuites = () => ({
	trixie: [
		essential('base-files', '13.8'),
		makeDeb({name: 'libc6', version: '2.41-12'}),
		makeDeb({name: 'netbase', version: '6.5', architecture: 'all'}),
		makeDeb({
			name: 'memcached',
			version: '1.6.38-1',
			fields: {Depends: 'libc6', Description: 'in-memory cache'},
		}),
		makeDeb({name: 'curl', version: '8.14.1-2', fields: {Depends: 'libc6, libcurl4', Description: 'transfers data'}}),
		makeDeb({name: 'libcurl4', version: '8.14.1-2', fields: {Depends: 'libc6'}}),
		makeDeb({name: 'rival', version: '1-1', fields: {Conflicts: 'memcached'}}),
		makeDeb({name: 'lonely', version: '1-1', fields: {Depends: 'nowhere'}}),
	],
	bookworm: [
		essential('base-files', '12.4'),
		makeDeb({name: 'libc6', version: '2.36-9'}),
		makeDeb({name: 'netbase', version: '6.4', architecture: 'all'}),
		makeDeb({name: 'memcached', version: '1.5.22-1', fields: {Depends: 'libc6'}}),
		makeDeb({name: 'curl', version: '7.88.1-10', fields: {Depends: 'libc6, libcurl4', Description: 'transfers data'}}),
		makeDeb({name: 'libcurl4', version: '7.88.1-10', fields: {Depends: 'libc6'}}),
		makeDeb({name: 'lonely', version: '1-1', fields: {Depends: 'libc6'}}),
	],
});

export const startCliRepository = (): Promise<DebianRepository> => startDebianRepository({suites: cliSuites()});
