import {describe, expect, test} from 'vitest';
import {lineFreshness, needsBuild} from '../../src/freshness/line-freshness.ts';
import type {LinePlan, PlannedPackage} from '../../src/plan/plan.ts';
import {aPackage} from '../build/a-plan.ts';

const now = new Date('2026-11-23T12:00:00Z');

const entry = (name: string, version: string, suite = 'trixie'): PlannedPackage => aPackage(name, version, {suite});

function line(packages: readonly PlannedPackage[], changes: Partial<LinePlan> = {}): LinePlan {
	const config = {
		user: '0',
		workdir: '/',
		entrypoint: [],
		cmd: [],
		env: {},
		ports: [],
		volumes: [],
		stopSignal: null,
		labels: {},
	};
	return {
		line: '8.4',
		suite: 'trixie',
		version: '8.4.1',
		status: 'ok',
		tags: ['8.4'],
		packages,
		skippedAutos: [],
		conflict: null,
		reason: null,
		primaryPackage: 'php8.4-cli',
		config,
		paths: [],
		tests: [],
		bundles: [],
		repositoryDigest: 'x',
		installedSizeBytes: packages.reduce((sum, {installedSize}) => sum + installedSize, 0),
		downloadSizeBytes: 0,
		...changes,
	};
}

const built = (plan: LinePlan) => ({build: 'b1', plan});
const facts = {
	line: '8.4',
	built: built(line([entry('curl', '1')])),
	current: line([entry('curl', '1')]),
	endOfLife: null,
};

describe('a line is', () => {
	test('up to date while its packages and settings are the same, whatever moved in the repository', () => {
		const current = line([entry('curl', '1')], {repositoryDigest: 'y'});
		const result = lineFreshness({...facts, current}, now);
		expect(result).toMatchObject({state: 'up to date', diff: null, build: 'b1'});
		expect(needsBuild(result)).toBe(false);
	});

	test('outdated when a package is newer', () => {
		const result = lineFreshness({...facts, current: line([entry('curl', '2')])}, now);
		expect(result).toMatchObject({state: 'outdated', securityUpdates: []});
		expect(result.diff?.packages).toMatchObject([{name: 'curl', before: '1', after: '2'}]);
		expect(needsBuild(result)).toBe(true);
	});

	test('outdated with a security update when the newer package is from the security suite', () => {
		const current = line([entry('curl', '2', 'trixie-security')]);
		expect(lineFreshness({...facts, current}, now).securityUpdates).toEqual(['curl']);
	});

	test.each([
		['a folder', {paths: [{path: '/app', mode: '0755', owner: '0', group: '0', link: null}]}],
		['a bundle', {bundles: [{name: 'ca', version: 2, kind: 'certificates', sha256: '0'}]}],
		['a variable', {config: {...line([]).config, env: {A: '1'}}}],
	] as const)('outdated when %s changes', (_, changes) => {
		expect(lineFreshness({...facts, current: line([entry('curl', '1')], changes)}, now).state).toBe('outdated');
	});

	test('not built when there is no image of it', () => {
		expect(lineFreshness({...facts, built: null}, now)).toMatchObject({state: 'not built', diff: null});
	});

	test('in conflict when it cannot be planned any more; its last image stays', () => {
		const result = lineFreshness({...facts, current: line([], {status: 'conflict'})}, now);
		expect(result).toMatchObject({state: 'conflict', build: 'b1'});
		expect(needsBuild(result)).toBe(false);
	});

	test('gone when the starter has it no longer', () => {
		expect(lineFreshness({...facts, current: null}, now)).toMatchObject({state: 'gone', versionAfter: null});
	});
});

test.each([
	['2026-11-22', 'past'],
	['2026-11-23', 'near'],
	['2027-02-20', 'near'],
	['2027-03-01', null],
	['unknown', null],
])('an end of life on %s is %s', (endOfLife, state) => {
	expect(lineFreshness({...facts, endOfLife}, now).endOfLife?.state ?? null).toBe(state);
});
