import {expect, test} from 'vitest';
import type {Draft} from '../../state/composer/draft.ts';
import {changesSinceSaved} from '../../state/composer/changes-since-saved.ts';
import {testComposition} from '../support/tui-services.ts';

const saved: Draft = {
	...testComposition('web'),
	packages: [{name: 'tini', version: null}],
	env: {MODE: 'production'},
	lines: ['8.4', '8.2'],
	config: {user: '65532', labels: {team: 'web'}},
};

test.each<[string, Partial<Draft>, readonly string[]]>([
	['nothing', {}, []],
	['a pin', {packages: [{name: 'tini', version: '0.19'}]}, ['added package tini=0.19', 'removed package tini']],
	['a variable', {env: {MODE: 'test'}}, ['added variable MODE=test', 'removed variable MODE=production']],
	['a line that is left out', {lines: ['8.4']}, ['changed lines: 8.4 8.2 becomes 8.4']],
	['all lines', {lines: 'all'}, ['changed lines: 8.4 8.2 becomes all']],
	['the variant', {variant: 'dev'}, ['changed variant: minimal becomes dev']],
	[
		'user, entrypoint and a label',
		{config: {entrypoint: ['nginx', '-g'], labels: {}}},
		[
			'removed label team=web',
			'changed user: 65532 becomes the starter’s',
			'changed entrypoint: the starter’s becomes nginx -g',
		],
	],
	['tests', {tests: [{run: ['true'], expect: {}}]}, ['changed tests']],
	['baselines', {extends: ['base']}, ['added baseline base']],
])('%s: told', (_, change, told) => {
	expect(changesSinceSaved(saved, {...saved, ...change}).map(({kind, text}) => `${kind} ${text}`)).toEqual(told);
});
