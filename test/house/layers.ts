import {posix} from 'node:path';
import {importsOf, type TreeFile} from './tree.ts';

/** Layers by folder, and whom each may import: DESIGN.md section 3 in a table. */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
	'src/base': [],
	'src/docker': ['src/base'],
	'src/actions': ['src/base'],
	'src/repository': ['src/base'],
	'src/catalog': ['src/base', 'src/repository'],
	'src/plan': ['src/base', 'src/repository', 'src/catalog'],
	'src/freshness': ['src/base', 'src/repository', 'src/catalog', 'src/plan'],
	'src/image': ['src/base'],
	'src/sbom': ['src/base', 'src/plan'],
	'src/publish': ['src/base', 'src/docker', 'src/image'],
	'src/build': ['src/base', 'src/docker', 'src/repository', 'src/catalog', 'src/plan', 'src/image', 'src/sbom'],
	state: ['src/base', 'src/repository', 'src/catalog', 'src/plan', 'src/image', 'src/build'],
	components: ['src/base', 'src/catalog', 'src/plan', 'src/image', 'src/build', 'state'],
	'src/app': [
		'src/base',
		'src/actions',
		'src/docker',
		'src/repository',
		'src/catalog',
		'src/plan',
		'src/freshness',
		'src/image',
		'src/sbom',
		'src/publish',
		'src/build',
		'state',
		'components',
	],
	'src/cli': [
		'src/base',
		'src/actions',
		'src/docker',
		'src/repository',
		'src/catalog',
		'src/plan',
		'src/freshness',
		'src/image',
		'src/sbom',
		'src/publish',
		'src/build',
		'state',
		'src/app',
	],
	'src/main.ts': ['src/base', 'src/cli', 'src/app'],
};

export function layerOf(path: string): string | null {
	return Object.keys(mayImport).find(layer => path === layer || path.startsWith(`${layer}/`)) ?? null;
}

/** Modules of the project that a file imports, as paths from the root. */
export function ownImportsOf(file: TreeFile): readonly string[] {
	return importsOf(file)
		.filter(name => name.startsWith('.'))
		.map(name => posix.join(posix.dirname(file.path), name));
}

/** Packages and built-ins that a file imports: `ink`, `@scope/name`, `node:fs`. */
export function foreignImportsOf(file: TreeFile): readonly string[] {
	return importsOf(file)
		.filter(name => !name.startsWith('.'))
		.map(name =>
			name
				.split('/')
				.slice(0, name.startsWith('@') ? 2 : 1)
				.join('/'),
		);
}
