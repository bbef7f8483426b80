import {describe, expect, test} from 'vitest';
import {foreignImportsOf, layerOf, mayImport, ownImportsOf} from './layers.ts';
import {isSource, projectFiles} from './tree.ts';

const sources = projectFiles().filter(isSource);
const program = sources.filter(({path}) => !path.startsWith('test/'));

test('every file of the program belongs to a layer', () => {
	expect(program.map(({path}) => path).filter(path => layerOf(path) === null)).toEqual([]);
});

describe('a layer imports only the layers below it', () => {
	test.each(Object.entries(mayImport))('%s', (layer, allowed) => {
		const strays = program
			.filter(({path}) => layerOf(path) === layer)
			.flatMap(file => ownImportsOf(file).map(target => ({file: file.path, target, layer: layerOf(target)})))
			.filter(target => target.layer !== layer && !allowed.includes(target.layer ?? ''));
		expect(strays).toEqual([]);
	});
});

test('nothing of the program imports a test', () => {
	const strays = program.filter(file => ownImportsOf(file).some(target => target.startsWith('test/')));
	expect(strays.map(({path}) => path)).toEqual([]);
});

const screenPackages = /^(?:react|react-reconciler|ink|ink-.*)$/;

test('the domain and the commands run without React and Ink', () => {
	// The composition root alone mounts the components.
	const headless = program.filter(({path}) => path.startsWith('src/') && !path.startsWith('src/app/tui/'));
	const strays = headless.filter(file => foreignImportsOf(file).some(name => screenPackages.test(name)));
	expect(strays.map(({path}) => path)).toEqual([]);
});

test('state knows no screen and no machine', () => {
	const state = program.filter(({path}) => path.startsWith('state/'));
	const strays = state.flatMap(file =>
		foreignImportsOf(file)
			.filter(name => screenPackages.test(name) || name.startsWith('node:'))
			.map(name => `${file.path} imports ${name}`),
	);
	expect(strays).toEqual([]);
});

test('components do no I/O', () => {
	const components = program.filter(({path}) => path.startsWith('components/'));
	const strays = components.flatMap(file =>
		foreignImportsOf(file)
			.filter(name => /^node:(?:fs|child_process|net|http|https|worker_threads|sqlite)$/.test(name))
			.map(name => `${file.path} imports ${name}`),
	);
	expect(strays).toEqual([]);
});
