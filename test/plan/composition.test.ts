import {Ajv2020} from 'ajv/dist/2020.js';
import {describe, expect, test} from 'vitest';
import {parse} from 'yaml';
import {checkComposition, compositionRefused, problemText} from '../../src/plan/composition/check-composition.ts';
import {compositionJsonSchema} from '../../src/plan/composition/composition-schema.ts';
import {
	checkImageName,
	checkPackageCount,
	checkPackageName,
	checkPort,
	checkVariable,
} from '../../src/plan/composition/composition-rules.ts';
import {nearestNames} from '../../src/plan/composition/nearest-names.ts';
import {parseComposition} from '../../src/plan/composition/parse-composition.ts';
import {writeComposition} from '../../src/plan/composition/write-composition.ts';
import {compositionOf, indexOf, starterLine, starterOf} from './small-repository.ts';

const whole = `name: php-api
description: PHP API base
starter: php
variant: dev
lines: [8.10]
packages:
  - php-curl-auto
  - {name: curl, version: 8.14.1-2+deb13u2}
env:
  APP_ENV: production
  RATIO: 1.50
  DEBUG: no
bundles: [corp-ca]
config: {user: 65532, workdir: /app, cmd: [php, -S, "0.0.0.0:80"], ports: [9000, 53/udp], labels: {team: web}}
tests:
  - {run: [php, -m], expect: {stdout: curl, exitCode: 0}, timeoutSeconds: 5}
`;

/** Each problem as `LINE:COLUMN FIELD: MESSAGE MEND`. */
function refusals(text: string): readonly string[] {
	const parsed = parseComposition(text, {file: 'api.yaml'});
	if (parsed.kind === 'ok') return [];
	return parsed.problems.map(problemText).map(line => line.replace(/^api\.yaml:/, ''));
}

describe('a composition file', () => {
	test('is read as it stands: versions, lines and values keep their text', () => {
		const parsed = parseComposition(whole);
		expect(parsed.kind === 'ok' && parsed.composition).toEqual({
			name: 'php-api',
			description: 'PHP API base',
			starter: 'php',
			variant: 'dev',
			lines: ['8.10'],
			packages: [
				{name: 'php-curl-auto', version: null},
				{name: 'curl', version: '8.14.1-2+deb13u2'},
			],
			env: {APP_ENV: 'production', RATIO: '1.50', DEBUG: 'no'},
			bundles: ['corp-ca'],
			config: {
				user: '65532',
				workdir: '/app',
				cmd: ['php', '-S', '0.0.0.0:80'],
				ports: ['9000/tcp', '53/udp'],
				labels: {team: 'web'},
			},
			tests: [{run: ['php', '-m'], expect: {stdout: 'curl', exitCode: 0}, timeoutSeconds: 5}],
		});
	});

	test('may hold name and starter alone', () => {
		const parsed = parseComposition('name: php-api\nstarter: php\n');
		expect(parsed.kind === 'ok' && parsed.composition).toEqual(
			compositionOf([], {name: 'php-api', starter: 'php', lines: 'all'}),
		);
	});

	test('comes back the same when it is written and read again', () => {
		const parsed = parseComposition(whole);
		if (parsed.kind !== 'ok') throw new Error('refused');
		const again = parseComposition(writeComposition(parsed.composition));
		expect(again.kind === 'ok' && again.composition).toEqual(parsed.composition);
	});

	const minimal = 'name: php-api\nstarter: php\n';
	test.each<readonly [string, string, readonly string[]]>([
		[
			'an empty file',
			'',
			['1:1: A composition is a list of fields such as `name: php-api`. Begin with name and starter.'],
		],
		[
			'a missing field',
			'name: php-api',
			[
				'1:1: starter: This field is missing. Add `starter:`. A file without one is a baseline, which others extend: `slipway baseline add` keeps it.',
			],
		],
		['a mistyped field', 'nmae: php-api\nstarter: php', ['1:1: nmae: There is no field `nmae` here. Write `name`.']],
		[
			'a field of config that stands beside it, and the other way round',
			`${minimal}ports: [80]\nconfig: {env: {A: b}}`,
			[
				'3:1: ports: There is no field `ports` here. It belongs below `config`.',
				'4:10: config.env: There is no field `env` here. It belongs beside `config`.',
			],
		],
		[
			'a pin as a command line has it',
			`${minimal}packages: [curl=8.14]`,
			['3:12: packages[0]: A pin is written {name: curl, version: 8.14}.'],
		],
		[
			'a key that stands twice',
			`${minimal}name: b`,
			['3:1: name: The key `name` stands here a second time. Keep one of them.'],
		],
		[
			'a capital in the name',
			'name: phpApi\nstarter: php',
			['1:1: name: A name has lowercase letters, digits and hyphens only.'],
		],
		[
			'an empty variable',
			`${minimal}env:\n  A: ''\n  B:\n`,
			['4:3: env.A: A has no value.', '5:3: env.B: B has no value.'],
		],
		[
			'a bad variable name',
			`${minimal}env: {1A: x}`,
			['3:7: env.1A: A variable has letters, digits and underscores, and does not begin with a digit.'],
		],
		[
			'a repeated package',
			`${minimal}packages:\n  - curl\n  - curl`,
			['5:5: packages[1]: curl stands here twice. Keep one of them.'],
		],
		[
			'a mistyped field of a package',
			`${minimal}packages: [{name: curl, versoin: 1}]`,
			['3:25: packages[0].versoin: There is no field `versoin` here. Write `version`.'],
		],
		[
			'no version',
			`${minimal}packages: [{name: curl, version: "-1"}]`,
			['3:25: packages[0].version: That is no Debian version, such as 8.14.1-2+deb13u2.'],
		],
		['a wrong variant', `${minimal}variant: tiny`, ['3:1: variant: A variant is `minimal` or `dev`.']],
		['lines that are no list', `${minimal}lines: {}`, ['3:1: lines: Lines are `all`, or a list such as [8.4].']],
		['a test without a command', `${minimal}tests: [{run: []}]`, ['3:10: tests[0].run: A test needs a command.']],
		[
			'a number that is none',
			`${minimal}tests: [{run: [a], timeoutSeconds: soon}]`,
			['3:20: tests[0].timeoutSeconds: This has to be a whole number.'],
		],
		[
			'101 packages',
			`${minimal}packages: [${Array.from({length: 101}, (_, n) => `p${n}x`).join(', ')}]`,
			['3:1: packages: A composition has at most 100 packages; these are 101. Split the image in two.'],
		],
		['a list for a group', `${minimal}env: [A]`, ['3:1: env: This has to be a group of fields.']],
	])('%s is refused where it stands', (_, text, expected) => {
		expect(refusals(text)).toEqual(expected);
	});

	test.each([
		'name: [',
		'\t',
		'&a *a',
		'name: !!js x\nstarter: php',
		'{"name": "x',
		'- a',
		'null',
		'%YAML 9\n---\na: b',
		'a: *unknown',
	])('%j is refused with a place, and nothing is thrown', text => {
		const parsed = parseComposition(text, {file: 'x.yaml'});
		expect(parsed).toMatchObject({kind: 'refused', problems: [{file: 'x.yaml', line: expect.any(Number)}]});
	});
});

describe('the published JSON Schema', () => {
	const validate = new Ajv2020({strict: false}).compile(compositionJsonSchema());

	test('accepts what an editor reads in a right file', () => {
		expect(validate(parse(whole.replace('DEBUG: no', 'DEBUG: false'))), JSON.stringify(validate.errors)).toBe(true);
	});

	test.each([
		'nmae: x',
		'name: x\nstarter: php\nvariant: tiny',
		'name: php-api\nlines: all',
		'name: php-api\nstarter: php\nenv: []',
	])('refuses %j', text => {
		expect(validate(parse(text))).toBe(false);
	});
});

describe('rules at the key press', () => {
	test.each([
		['ab', true],
		['a1-b', true],
		['a', false],
		['1ab', false],
		['ab1', false],
		['ab-', false],
		['a_b', false],
		['Ab', false],
		['a'.repeat(40), true],
		['a'.repeat(41), false],
	])('the name %s: %s', (name, isRight) => {
		expect(checkImageName(name) === null).toBe(isRight);
	});

	test.each([
		['PORT', '80', null],
		['PORT', '', 'PORT has no value.'],
		['PATH', '/bin', 'The starter sets PATH itself.'],
		['', 'x', 'A variable needs a name.'],
	])('the variable %s=%s: %s', (name, value, reason) => {
		expect(checkVariable(name, value, ['PATH'])).toBe(reason);
	});

	test('packages, ports and their numbers', () => {
		expect([checkPackageCount(100), checkPackageName('g++'), checkPort('80'), checkPort('53/udp')]).toEqual([
			null,
			null,
			null,
			null,
		]);
		expect([
			checkPackageCount(101),
			checkPackageName('Curl'),
			checkPort('0'),
			checkPort('70000'),
			checkPort('80/http'),
		]).not.toContain(null);
	});

	test.each([
		['crul', ['curl', 'cruel']],
		['ngnix', ['nginx']],
		['xyzzy', []],
	])('names near %s', (name, expected) => {
		expect(nearestNames(name, ['curl', 'nginx', 'cruel', 'apache2'])).toEqual(expected);
	});
});

describe('a composition against the catalogue and the repository', () => {
	const starters = [starterOf([starterLine({line: '2'}), starterLine({line: '1'})])];
	const indexes = new Map([['trixie', indexOf('Package: curl\n\nPackage: exim4\nProvides: mta')]]);
	const families = {
		isAuto: (name: string) => name === 'app-curl-auto',
		chooseAutoMember: () => null,
		nearestNames: (name: string) => nearestNames(name, ['curl']),
		alternativesOf: () => [],
	};
	const problems = (composition: ReturnType<typeof compositionOf>) =>
		checkComposition(composition, {starters, indexes, families, bundles: ['corp-ca']}).map(problemText);

	test('a right one has no problems', () => {
		const composition = compositionOf(['curl', 'mta', 'app-curl-auto'], {
			lines: ['1'],
			bundles: ['corp-ca'],
			env: {A: 'x'},
		});
		expect(problems(composition)).toEqual([]);
	});

	test('all that does not exist is named, with what may have been meant', () => {
		const composition = compositionOf(['crul', 'nothing'], {lines: ['3'], bundles: ['corp-ac'], env: {PATH: '/x'}});
		expect(problems(composition)).toEqual([
			'lines[0]: app has no line 3. Its lines are 2, 1.',
			'env.PATH: The starter sets PATH itself. Leave it out.',
			'packages[0]: There is no package crul. Did you mean curl?',
			'packages[1]: There is no package nothing. See `slipway search`.',
			'bundles[0]: There is no file bundle corp-ac. Did you mean corp-ca?',
		]);
		expect(problems(compositionOf([], {starter: 'apt'}))).toEqual([
			'starter: There is no starter image apt. Did you mean app?',
		]);
	});

	test('problems of a file carry their place, and become one error', () => {
		const parsed = parseComposition('name: my-app\nstarter: app\npackages:\n  - crul\n', {file: 'a.yaml'});
		if (parsed.kind !== 'ok') throw new Error('refused');
		const found = checkComposition(parsed.composition, {starters, indexes, families, locate: parsed.locate});
		expect(found).toMatchObject([{file: 'a.yaml', line: 4, column: 5, field: 'packages[0]'}]);
		expect(compositionRefused(found)).toMatchObject({
			code: 'bad-input',
			message: 'a.yaml cannot be used:\na.yaml:4:5: packages[0]: There is no package crul. Did you mean curl?',
			hint: 'Did you mean curl?',
		});
	});
});
