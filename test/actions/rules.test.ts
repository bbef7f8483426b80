import {describe, expect, test} from 'vitest';
import {matchingActions} from '../../src/actions/matching-actions.ts';
import {isLike} from '../../src/base/pattern.ts';
import {parseRules, rulesJsonSchema} from '../../src/actions/rules.ts';
import {actionEventJsonSchema, type ActionEvent} from '../../src/actions/action-event.ts';
import {Ajv2020} from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

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
			'f:2:58: rules[0].then[0].slack.url: has to be a secret: {env: NAME} or {file: /PATH}',
		],
		[
			'a name twice',
			'rules:\n  - {name: a, when: [build/failed], then: [{command: [a]}]}\n  - {name: a, when: [build/failed], then: [{command: [a]}]}',
			'f:3:12: rules[1].name',
		],
		['a key twice', 'rules: []\nrules: []', 'f:2:1'],
		[
			'an unknown field of an action',
			'rules:\n  - name: a\n    when: [build/failed]\n    then:\n      - webhook: {url: "https://x.example", secrt: {env: A}}',
			'f:5:52: rules[0].then[0].webhook.secrt: there is no field `secrt` here',
		],
		[
			'a wrong address in an action',
			'rules:\n  - name: a\n    when: [build/failed]\n    then: [{email: {to: [nobody], from: a@b.example, server: "smtp://x"}}]',
			'f:4:26: rules[0].then[0].email.to[0]: ',
		],
		[
			'an action that there is not',
			'rules:\n  - name: a\n    when: [build/failed]\n    then: [{webook: {}}]',
			'f:4:12: rules[0].then[0]: has to be one of webhook, slack, email, github, command',
		],
		[
			'two mistakes at once',
			'rules:\n  - name: A\n    when: [build/never]\n    then: [{command: [a]}]',
			'f:2:11: rules[0].name: has other characters than a–z, 0–9 and -\nf:3:12: rules[0].when[0]: ',
		],
	])('%s', (_, text, place) => {
		expect(() => parseRules(text, 'f')).toThrow(place);
	});
});

test('the published schemas take what the program takes', () => {
	const ajv = new Ajv2020({strict: false});
	addFormats.default(ajv);
	const isEvent = ajv.compile(actionEventJsonSchema());
	expect(isEvent({...event, later: 1, lines: event.lines.map(line => ({...line, later: 1}))})).toBe(true);
	expect(isEvent({...event, kind: 'build/never'})).toBe(false);
	const isRules = ajv.compile(rulesJsonSchema());
	const rules = {rules: [{name: 'a', when: ['image/pushed'], then: [{command: ['a']}]}]};
	expect(isRules(rules), JSON.stringify(isRules.errors)).toBe(true);
	expect(isRules({rules: [{name: 'a', when: [], then: [{command: ['a']}]}]})).toBe(false);
});
