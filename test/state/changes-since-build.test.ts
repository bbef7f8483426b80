import {expect, test} from 'vitest';
import {changesSinceBuild} from '../../state/composer/changes-since-build.ts';
import type {Plan} from '../../src/plan/plan.ts';
import {testComposition, testPackage, testPlan, testStarter} from '../support/tui-services.ts';

const starter = testStarter('php', ['8.4', '8.2']);
const planOf = (...packages: string[]) =>
	testPlan(testComposition('web', {packages: packages.map(name => ({name, version: null}))}), starter);

function withVersion(plan: Plan, line: string, name: string, version: string): Plan {
	return {
		...plan,
		lines: plan.lines.map(own =>
			own.line === line
				? {...own, packages: [...own.packages.filter(planned => planned.name !== name), testPackage(name, {version})]}
				: own,
		),
	};
}

test('what is added comes first, then what goes, then other versions; equal changes of several lines are one', () => {
	const before = withVersion(planOf('curl'), '8.2', 'libc6', '2.36-9');
	expect(changesSinceBuild(before, planOf('tini'))).toEqual([
		{name: 'libtini', before: null, after: '1.2-3', lines: ['8.4', '8.2']},
		{name: 'tini', before: null, after: '1.2-3', lines: ['8.4', '8.2']},
		{name: 'curl', before: '1.2-3', after: null, lines: ['8.4', '8.2']},
		{name: 'libcurl', before: '1.2-3', after: null, lines: ['8.4', '8.2']},
		{name: 'libc6', before: '2.36-9', after: '1.2-3', lines: ['8.2']},
	]);
});

test('packages that no image gets and lines that were not planned are no changes', () => {
	const plan = planOf('curl');
	const buildOnly = testPackage('dpkg', {role: 'build-only', inImage: false});
	const later = {...plan, lines: plan.lines.map(own => ({...own, packages: [...own.packages, buildOnly]}))};
	expect(changesSinceBuild(plan, later)).toEqual([]);
	// `bad` is in conflict on the oldest line.
	expect(changesSinceBuild(plan, planOf('curl', 'bad')).every(({lines}) => !lines.includes('8.2'))).toBe(true);
});
