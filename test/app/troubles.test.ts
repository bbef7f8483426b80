import {expect, test} from 'vitest';
import {suggestionsOf} from '../../src/app/troubles.ts';
import {foldBuild, type BuildView} from '../../src/build/journal/build-view.ts';
import type {FinishedLine, JournalEvent, JournalEventBody} from '../../src/build/journal-event.ts';
import type {Plan} from '../../src/plan/plan.ts';
import {testComposition, testPlan, testStarter} from '../support/tui-services.ts';

const starter = testStarter('php', ['8.4', '8.2']);
const planOf = (...names: readonly string[]): Plan =>
	testPlan(testComposition('php-api', {packages: names.map(name => ({name, version: null}))}), starter);

const finished = (line: string, error: FinishedLine['error']): FinishedLine => ({
	line,
	status: error ? 'failed' : 'created',
	digest: error ? null : 'sha256:a',
	tags: [],
	size: null,
	traceId: `t-${line}`,
	error,
});

function viewOf(lines: readonly FinishedLine[], log = ''): BuildView {
	const bodies: readonly JournalEventBody[] = [
		{type: 'build/started', build: 'b', image: 'php-api', engine: 'native', lines: ['8.4', '8.2'], pid: 1},
		{type: 'log/appended', line: '8.2', phase: 'configure', stream: 'stderr', text: log},
		...lines.map(line => ({type: 'line/finished', ...line}) as const),
	];
	return foldBuild(bodies.map((body, at): JournalEvent => ({...body, seq: at + 1, at: '2026-11-23T12:00:00.000Z'})));
}

const failure = {code: 'build', message: 'The packages could not be configured.', hint: null};
const dpkg = (name: string) => `dpkg: error processing package ${name} (--configure):\n`;
const texts = (plan: Plan, view: BuildView) => suggestionsOf(plan, view)['8.2']?.map(({text}) => text);

test('a package that failed can be left out, or the line where others were built', () => {
	const view = viewOf([finished('8.4', null), finished('8.2', failure)], dpkg('tini'));
	expect(texts(planOf('tini', 'curl'), view)).toEqual([
		'Leave out tini.',
		'Leave out the line 8.2; the others were built.',
	]);
});

test('where no line was built, leaving one out is no help', () => {
	const view = viewOf([finished('8.4', failure), finished('8.2', failure)], dpkg('tini'));
	expect(texts(planOf('tini'), view)).toEqual(['Leave out tini.']);
});

test('of a dependency that failed, what asked for it', () => {
	const view = viewOf([finished('8.2', failure)], dpkg('libcurl'));
	expect(texts(planOf('tini', 'curl'), view)).toEqual(['Leave out curl.']);
});

test('of an auto package, the name that stands in the composition', () => {
	const view = viewOf([finished('8.2', failure)], dpkg('php-curl'));
	expect(texts(planOf('php-curl-auto'), view)).toEqual(['Leave out php-curl-auto.']);
});

test('a package that an engine names by its script', () => {
	const message = 'Configuring failed: the post-installation script of tini ended with 3, and said nothing';
	const view = viewOf([finished('8.2', {...failure, message})]);
	expect(texts(planOf('tini'), view)).toEqual(['Leave out tini.']);
});

test('of the tests, the one that failed', () => {
	const plan = planOf('tini');
	const tests = [
		['php', '-m'],
		['php', '-v'],
	].map(run => ({run, expect: {}}));
	const lines = plan.lines.map(line => ({...line, tests}));
	const message = 'The test php -v failed: it ended with 1 instead of 0.\nno';
	const view = viewOf([finished('8.2', {...failure, message})]);
	expect(texts({...plan, lines}, view)).toEqual(['Leave out the test php -v.']);
});

test('of the starter nothing can be left out', () => {
	const view = viewOf([finished('8.2', failure)], dpkg('libc6'));
	expect(suggestionsOf(planOf('tini'), view)).toEqual({});
});

test('a conflict has the ways out that were planned', () => {
	const view = viewOf([finished('8.4', null), {...finished('8.2', failure), status: 'skipped'}]);
	expect(texts(planOf('bad'), view)).toEqual(['Leave out bad']);
});
