import {createHash} from 'node:crypto';
import {indexFromPackages} from '../../src/repository/deb/index-from-packages.ts';
import {withoutEpoch} from '../../src/repository/deb/version.ts';
import type {Architecture, PackageIndex} from '../../src/repository/package-index.ts';
import type {StarterLine, Starter} from '../../src/catalog/starter.ts';
import type {Composition} from '../../src/plan/composition.ts';

/** A Packages file from its interesting fields: the rest is filled in, version 1 where none is given. */
export function packagesText(text: string): string {
	const blocks = text
		.split(/\n\s*\n/)
		.map(block =>
			block
				.split('\n')
				.map(line => line.trim())
				.filter(line => line !== ''),
		)
		.filter(lines => lines.length > 0);
	return blocks.map(complete).join('\n');
}

function complete(lines: readonly string[]): string {
	const fields = new Map(
		lines.map(line => {
			const colon = line.indexOf(':');
			return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
		}),
	);
	const name = fields.get('Package') ?? '';
	const version = fields.get('Version') ?? '1';
	const whole: ReadonlyMap<string, string> = new Map([
		['Package', name],
		['Version', version],
		['Architecture', 'amd64'],
		['Priority', 'optional'],
		['Section', 'misc'],
		['Maintainer', 'Nobody <nobody@example.org>'],
		['Installed-Size', '10'],
		['Size', '1000'],
		['Filename', `pool/main/${name}_${withoutEpoch(version)}_amd64.deb`],
		['SHA256', createHash('sha256').update(lines.join('\n')).digest('hex')],
		['Description', `The package ${name}`],
		...fields,
	]);
	return [...whole].map(([field, value]) => `${field}: ${value}\n`).join('');
}

/** The index of a small repository, written as packagesText() takes it. */
export function indexOf(text: string, release = 'trixie', architecture: Architecture = 'amd64'): PackageIndex {
	return indexFromPackages({release, architecture, packages: [{suite: release, text: packagesText(text)}]});
}

export function starterLine(fields: Partial<StarterLine> & {readonly line: string}): StarterLine {
	return {
		suite: 'trixie',
		version: `${fields.line}.1`,
		primaryPackage: 'app',
		packages: ['app'],
		devPackages: [],
		config: {
			user: '65532',
			workdir: '/',
			entrypoint: ['/usr/bin/app'],
			cmd: ['--help'],
			env: {PATH: '/usr/bin'},
			ports: [],
			volumes: [],
			stopSignal: null,
			labels: {},
		},
		paths: [],
		endOfLife: null,
		...fields,
	};
}

export function starterOf(lines: readonly StarterLine[]): Starter {
	return {name: 'app', title: 'App', description: '', category: 'tools', variants: ['minimal', 'dev'], lines};
}

export function compositionOf(packages: readonly string[] = [], fields: Partial<Composition> = {}): Composition {
	return {
		name: 'my-app',
		description: '',
		starter: 'app',
		variant: 'minimal',
		lines: 'all',
		packages: packages.map(text => {
			const [name = '', version = null] = text.split('=');
			return {name, version};
		}),
		env: {},
		bundles: [],
		config: {},
		tests: [],
		...fields,
	};
}
