import {describe, expect, test} from 'vitest';
import {addedSizes} from '../../src/plan/added-sizes.ts';
import {diffPlans} from '../../src/plan/diff-plans.ts';
import {shortSteps} from '../../src/plan/explain-conflict.ts';
import {lockOf, planFromLock, readLock, writeLock} from '../../src/plan/lock.ts';
import {planComposition} from '../../src/plan/plan-composition.ts';
import {tagOf, tagsFor} from '../../src/plan/tags.ts';
import {why} from '../../src/plan/why.ts';
import {compositionOf, indexOf, starterLine, starterOf} from './small-repository.ts';

const text = `
	Package: base-files
	Essential: yes

	Package: app
	Depends: libc6

	Package: libc6

	Package: curl
	Depends: libcurl

	Package: wget
	Depends: libssl

	Package: libcurl
	Depends: libssl

	Package: libssl
	Installed-Size: 100
`;
const starter = starterOf([starterLine({line: '1'})]);
const composition = compositionOf(['curl', 'wget']);

function plan(repository = text, wanted = composition) {
	return planComposition({composition: wanted, starter, indexes: new Map([['trixie', indexOf(repository)]])});
}

describe('tags', () => {
	const line = (name: string, version: string, isBuilt = true) => ({line: name, version, isBuilt});
	test.each([
		[
			'each line its own',
			[line('8.4', '8.4.11'), line('8.2', '8.2.29')],
			[
				['8.4.11', '8.4', '8', 'latest'],
				['8.2.29', '8.2'],
			],
		],
		[
			'a line that is not built leaves its floating tags',
			[line('8.4', '8.4.11', false), line('8.2', '8.2.29')],
			[[], ['8.2.29', '8.2', '8', 'latest']],
		],
		[
			'a line named as its version has one tag for both',
			[line('17', '17'), line('16', '16')],
			[['17', 'latest'], ['16']],
		],
		['a version that is no number', [line('forky', 'testing+x')], [['testing_x', 'forky', 'latest']]],
		[
			'a floating tag is never another line’s exact version',
			[line('3', '3.1.2'), line('2', '3.1')],
			[
				['3.1.2', '3', 'latest'],
				['3.1', '2'],
			],
		],
	])('%s', (_, lines, expected) => {
		expect(tagsFor(lines).map(({tags}) => tags)).toEqual(expected);
	});

	test('are valid for a registry', () => {
		expect(['1:2.0~rc1+dfsg', '-x', 'a'.repeat(200)].map(tagOf)).toEqual(['1_2.0_rc1_dfsg', 'x', 'a'.repeat(128)]);
	});
});

describe('why', () => {
	test('gives the shortest path from what was asked for', async () => {
		const [line] = (await plan()).lines;
		expect(why(line!, 'libssl')).toEqual({root: 'added', packages: ['wget', 'libssl']});
		expect(why(line!, 'libc6')).toEqual({root: 'starter', packages: ['app', 'libc6']});
		expect(why(line!, 'base-files')).toEqual({root: 'essential', packages: ['base-files']});
		expect(why(line!, 'curl')).toEqual({root: 'added', packages: ['curl']});
		expect(why(line!, 'nothing')).toBeNull();
	});
});

describe('what an added package alone adds', () => {
	test('leaves out what another needs too', async () => {
		const [line] = (await plan()).lines;
		expect(
			addedSizes(line!).map(({name, packages, installedSizeBytes}) => [name, packages, installedSizeBytes]),
		).toEqual([
			['curl', ['curl', 'libcurl'], 20 * 1024],
			['wget', ['wget'], 10 * 1024],
		]);
		const [alone] = (await plan(text, compositionOf(['curl']))).lines;
		expect(addedSizes(alone!)).toMatchObject([{installedSizeBytes: 120 * 1024, downloadSizeBytes: 3000}]);
	});
});

describe('the difference between two plans', () => {
	test('names every change of a package and of the configuration', async () => {
		const before = await plan();
		const changed = text
			.replace('Package: libssl', 'Package: libssl\nVersion: 2')
			.replace('Package: libc6', 'Package: libc6\nSection: libs');
		const after = await plan(changed, compositionOf(['wget', 'libcurl'], {env: {A: 'x'}}));
		const [line] = diffPlans(before, after);
		expect(line?.kind).toBe('changed');
		expect(line?.packages.map(({name, kind, before, after}) => [name, kind, before, after])).toEqual([
			['curl', 'removed', '1', null],
			['libc6', 'rebuilt', '1', '1'],
			['libssl', 'upgraded', '1', '2'],
		]);
		expect(line?.config).toEqual([{field: 'env.A', before: null, after: 'x'}]);
		expect(line?.installedSizeBytes).toBe(-10 * 1024);
	});

	test('is nothing for the same plan', async () => {
		expect(diffPlans(await plan(), await plan())).toMatchObject([{kind: 'same', packages: [], config: []}]);
	});
});

describe('a lock', () => {
	const indexes = (repository: string) => new Map([['trixie', indexOf(repository)]]);

	test('gives the same plan again, also when newer packages have come', async () => {
		const planned = await plan();
		const lock = readLock(writeLock(lockOf(planned, composition, starter)));
		expect(planFromLock({lock, composition, starter, indexes: indexes(text)})).toEqual(planned);
		const newer = `${text}\n\nPackage: libssl\nVersion: 3\n`;
		expect(planFromLock({lock, composition, starter, indexes: indexes(newer)})).toEqual(planned);
	});

	test('has a line for each package, and a variable may change under it', async () => {
		const lock = lockOf(await plan(), composition, starter);
		expect(
			writeLock(lock)
				.split('\n')
				.filter(line => line.includes('"sha256"')),
		).toHaveLength(7);
		const changed = compositionOf(['curl', 'wget'], {env: {A: 'x'}});
		expect(
			planFromLock({lock, composition: changed, starter, indexes: indexes(text)}).lines[0]?.config.env,
		).toMatchObject({A: 'x'});
	});

	test('fails naming what is gone', async () => {
		const lock = lockOf(await plan(), composition, starter);
		const other = text.replace('Package: libssl', 'Package: libssl\nVersion: 2');
		const attempt = () => planFromLock({lock, composition, starter, indexes: indexes(other)});
		expect(attempt).toThrow('The lock cannot be reproduced. Gone: libssl 1 (trixie has 2).');
		const rebuilt = text.replace('Package: libssl', 'Package: libssl\nSection: libs');
		expect(() => planFromLock({lock, composition, starter, indexes: indexes(rebuilt)})).toThrow(
			'libssl 1 (trixie has another package of that version)',
		);
		const dropped = text.slice(0, text.indexOf('Package: wget'));
		expect(() => planFromLock({lock, composition, starter, indexes: indexes(dropped)})).toThrow(
			'wget 1 (trixie has none)',
		);
		expect(() => planFromLock({lock, composition, starter, indexes: new Map()})).toThrow('the index of trixie');
	});

	test('fails where composition or starter were changed', async () => {
		const lock = lockOf(await plan(), composition, starter);
		const request = {lock, composition, starter, indexes: indexes(text)};
		expect(() => planFromLock({...request, composition: compositionOf(['curl'])})).toThrow(
			'was changed after it was locked',
		);
		const changed = starterOf([
			starterLine({line: '1', paths: [{path: '/app', mode: '0755', owner: '0', group: '0', link: null}]}),
		]);
		expect(() => planFromLock({...request, starter: changed})).toThrow('was changed after it was locked');
	});

	test.each(['', '{}', '{"slipwayLock": 2}', '[]'])('%j is no lock file', broken => {
		expect(() => readLock(broken, 'api.lock')).toThrow(
			expect.objectContaining({code: 'bad-input', message: expect.stringContaining('api.lock')}),
		);
	});
});

describe('a long conflict', () => {
	test('shows at most eight steps: its beginning and its end', () => {
		const steps = Array.from({length: 20}, (_, n) => ({
			text: `step ${n}`,
			package: null,
			version: null,
			relation: null,
		}));
		const shown = shortSteps({summary: '', steps, suggestions: []}).map(({text}) => text);
		expect(shown).toEqual([
			'step 0',
			'step 1',
			'step 2',
			'step 3',
			'… 13 more steps …',
			'step 17',
			'step 18',
			'step 19',
		]);
		expect(shortSteps({summary: '', steps: steps.slice(0, 8), suggestions: []})).toHaveLength(8);
	});
});
