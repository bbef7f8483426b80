import {describe, expect, test} from 'vitest';
import type {Composition} from '../../src/plan/composition.ts';
import {parseComposition} from '../../src/plan/composition/parse-composition.ts';
import {rewriteComposition} from '../../src/plan/composition/rewrite-composition.ts';
import {writeComposition} from '../../src/plan/composition/write-composition.ts';

const before = `# Our base for services.
starter:   php   # see the wiki
name: php-api
variant: minimal

# Only what the API needs.
packages:
  - tini # reaps
  # Talks to the payment service.
  - {name: curl, version: 8.14.1-2+deb13u2}
  - 'php-intl-auto'

lines: all
env:
  # Set by the platform team.
  PHP_VERSION_HINT: "8.4"
  APP_ENV: production
config:
  ports: [9000/tcp] # FastCGI
  labels:
    team: payments
`;

function composition(text: string): Composition {
	const parsed = parseComposition(text);
	if (parsed.kind === 'ok') return parsed.composition;
	throw new Error(JSON.stringify(parsed.problems));
}

/** What is different in the text, line by line: `-` gone, `+` new. */
function changed(change: (own: Composition) => Composition, text = before): readonly string[] {
	const next = change(composition(text));
	const after = rewriteComposition(text, next);
	expect(writeComposition(composition(after))).toBe(writeComposition(next));
	const [old, fresh] = [text.split('\n'), after.split('\n')];
	return [
		...old.filter(line => !fresh.includes(line)).map(line => `-${line}`),
		...fresh.filter(line => !old.includes(line)).map(line => `+${line}`),
	];
}

describe('a saved composition that is changed', () => {
	test('stays byte for byte where it says the same', () => {
		expect(rewriteComposition(before, composition(before))).toBe(before);
	});

	test.each<[string, (own: Composition) => Composition, readonly string[]]>([
		['a package is added', own => ({...own, packages: [...own.packages, {name: 'jq', version: null}]}), ['+  - jq']],
		[
			'a package is removed, with what was said of it',
			own => ({...own, packages: own.packages.filter(({name}) => name !== 'tini')}),
			['-  - tini # reaps'],
		],
		[
			'a pin is lifted',
			own => ({...own, packages: own.packages.map(({name}) => ({name, version: null}))}),
			['-  - {name: curl, version: 8.14.1-2+deb13u2}', '+  - curl'],
		],
		[
			'a variable changes, another comes',
			own => ({...own, env: {...own.env, APP_ENV: 'test', ZERO: '3.10'}}),
			['-  APP_ENV: production', '+  APP_ENV: test', '+  ZERO: "3.10"'],
		],
		['lines are chosen', own => ({...own, lines: ['8.4']}), ['-lines: all', '+lines:', '+  - "8.4"']],
		['a description comes where it usually stands', own => ({...own, description: 'API'}), ['+description: API']],
		[
			'all variables go',
			own => ({...own, env: {}}),
			['-env:', '-  # Set by the platform team.', '-  PHP_VERSION_HINT: "8.4"', '-  APP_ENV: production'],
		],
		[
			'a label changes',
			own => ({...own, config: {...own.config, labels: {team: 'billing'}}}),
			['-    team: payments', '+    team: billing'],
		],
	])('%s', (_, change, lines) => {
		expect(changed(change)).toEqual(lines);
	});

	test('a new field stands behind those that usually come before it', () => {
		const after = rewriteComposition(before, {...composition(before), description: 'API'});
		expect(after).toContain('name: php-api\ndescription: API\n');
	});

	test('anchors that the change would tear: it is written as a new one', () => {
		const text = before.replace('APP_ENV: production', 'APP_ENV: &stage production\n  STAGE: *stage');
		expect(changed(own => ({...own, env: {STAGE: 'production'}}), text).join('\n')).toContain('STAGE: production');
	});

	test('one that does not parse is written as a new one', () => {
		const own = composition(before);
		expect(rewriteComposition('name: [', own)).toBe(writeComposition(own));
	});
});
