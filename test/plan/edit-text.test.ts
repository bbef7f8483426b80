import {expect, test} from 'vitest';
import {editComposition, type CompositionEdit} from '../../src/plan/composition/edit-text.ts';
import {parseComposition} from '../../src/plan/composition/parse-composition.ts';

const source = `# ours
name: api
starter: python
lines: [3.10] # not the newest
packages:
  - curl # for health checks
  - {name: tini, version: "1"}
env: {A: "1"}
`;

test.each<readonly [string, CompositionEdit, string, string]>([
	[
		'adds a package',
		{kind: 'add-package', package: {name: 'jq', version: null}},
		'  - {name: tini, version: "1"}\n',
		'  - {name: tini, version: "1"}\n  - jq\n',
	],
	[
		'pins a package',
		{kind: 'add-package', package: {name: 'curl', version: '8'}},
		'  - curl # for health checks\n',
		'  - name: curl\n    version: 8\n',
	],
	['takes a package out', {kind: 'remove-package', name: 'tini'}, '  - {name: tini, version: "1"}\n', ''],
	['sets a variable', {kind: 'set-variable', name: 'B', value: 'yes: no'}, '{A: "1"}', '{ A: "1", B: "yes: no" }'],
	['takes the last variable out', {kind: 'remove-variable', name: 'A'}, 'env: {A: "1"}\n', ''],
	['adds the first bundle', {kind: 'add-bundle', name: 'ca'}, 'env: {A: "1"}\n', 'env: { A: "1" }\nbundles:\n  - ca\n'],
	[
		'sets a label',
		{kind: 'set-label', name: 'team', value: 'web'},
		'env: {A: "1"}\n',
		'env: { A: "1" }\nconfig:\n  labels:\n    team: web\n',
	],
])('an edit %s, and keeps comments and all else', (_, edit, before, after) => {
	const edited = editComposition(source, [edit]);
	const spaced = (text: string) =>
		text.replaceAll(/\{ ?/g, '{').replaceAll(/ ?\}/g, '}').replaceAll(/\[ ?/g, '[').replaceAll(/ ?\]/g, ']');
	expect(spaced(edited)).toBe(spaced(source.replace(before, after)));
	const parsed = parseComposition(edited);
	expect(parsed.kind === 'ok' && parsed.composition.lines).toEqual(['3.10']);
});

test.each<readonly [string, CompositionEdit]>([
	['a package that is there', {kind: 'add-package', package: {name: 'curl', version: null}}],
	['a pin that is there', {kind: 'add-package', package: {name: 'tini', version: '1'}}],
	['a package that is not there', {kind: 'remove-package', name: 'jq'}],
	['a variable that is so', {kind: 'set-variable', name: 'A', value: '1'}],
	['a bundle that is not there', {kind: 'remove-bundle', name: 'ca'}],
])('%s leaves every byte as it was', (_, edit) => {
	expect(editComposition(source, [edit])).toBe(source);
});
