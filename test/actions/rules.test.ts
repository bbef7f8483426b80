import {describe, expect, test} from 'vitest';
import {matchingActions} from '../../src/actions/matching-actions.ts';
import {isLike} from '../../src/base/pattern.ts';
import {parseRules} from '../../src/actions/rules.ts';
import type {ActionEvent} from '../../src/actions/action-event.ts';

const rule = (condition: string) =>
	parseRules(
		`rules: [{name: r, when: [packages/security], if: ${condition}, then: [{command: [a]}, {command: [b]}]}]`,
		'actions.yaml',
	);

const event: ActionEvent = {
	id: '1',
	kind: 'packages/security',
	at: '2026-11-01T00:00:00Z',
	image: 'acme/php-api',
	starter: 'php',
	severity: 'security',
	summary: '',
	build: null,
	reference: null,
	lines: [
		{
			line: '8.4',
			version: '8.4.1',
			status: 'outdated',
			digest: null,
			tags: [],
			traceId: null,
			error: null,
			packages: [],
		},
	],
};

test.each([
	['no condition', '{}', 2],
	['its name', '{images: [php-api]}', 2],
	['its full name', '{images: [acme/*]}', 2],
	['another name', '{images: [php]}', 0],
	['a pattern', '{images: ["php-*"]}', 2],
	['the starter', '{starters: [php]}', 2],
	['another starter', '{starters: [node]}', 0],
	['a line', '{lines: ["8.4"]}', 2],
	['another line', '{lines: ["8.2"]}', 0],
	['a lower severity', '{severity: packages}', 2],
	['the severity', '{severity: security}', 2],
	['one condition of two', '{images: ["php-*"], lines: ["8.2"]}', 0],
])('a rule with %s', (_, condition, actions) => {
	expect(matchingActions(rule(condition), event)).toHaveLength(actions);
});

test('a rule for something else does not match', () => {
	expect(matchingActions(rule('{}'), {...event, kind: 'build/created'})).toEqual([]);
});

test('a dot in a pattern is a dot', () => {
	expect(isLike('8x4', '8.4')).toBe(false);
});

describe('rules that cannot be are refused with their place', () => {
	test.each([
		[
			'an unknown event',
			'rules:\n  - name: a\n    when: [build/never]\n    then: [{command: [a]}]',
			'f:3:12: rules[0].when[0]',
		],
		['no action', 'rules:\n  - name: a\n    when: [build/failed]\n    then: []', 'f:4:11: rules[0].then'],
		[
			'a secret that stands there',
			'rules:\n  - {name: a, when: [build/failed], then: [{slack: {url: "https://x"}}]}',
			'rules[0].then[0]',
		],
		[
			'a name twice',
			'rules:\n  - {name: a, when: [build/failed], then: [{command: [a]}]}\n  - {name: a, when: [build/failed], then: [{command: [a]}]}',
			'f:3:12: rules[1].name',
		],
		['a key twice', 'rules: []\nrules: []', 'f:2:1'],
	])('%s', (_, text, place) => {
		expect(() => parseRules(text, 'f')).toThrow(place);
	});
});
