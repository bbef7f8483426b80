import {expect, test} from 'vitest';
import {joinPlatforms, linesWithPlatforms} from '../../src/plan/join-platforms.ts';
import {parseComposition} from '../../src/plan/composition/parse-composition.ts';
import {writeComposition} from '../../src/plan/composition/write-composition.ts';
import {aLine, aPackage, aPlan} from '../build/a-plan.ts';

const conflict = {summary: 'wine needs wine64, which is not there.', steps: [], suggestions: []};

test('a line that every platform can build stays, and the plans of the others are there', () => {
	const amd64 = aPlan([aLine('2'), aLine('1')]);
	const arm64 = aPlan([aLine('2'), aLine('1')], {architecture: 'arm64'});
	const joined = joinPlatforms([amd64, arm64]);
	expect(joined.architecture).toBe('amd64');
	expect(joined.platforms).toEqual([arm64]);
	expect(joined.lines.map(({status, tags}) => [status, tags])).toEqual([
		['ok', ['2.0', '2', 'latest']],
		['ok', ['1.0', '1']],
	]);
});

test('a conflict of one platform is one of the line, and says of which; tags go to the next line', () => {
	const amd64 = aPlan([aLine('2'), aLine('1')]);
	const arm64 = aPlan([aLine('2', {status: 'conflict', conflict}), aLine('1')], {architecture: 'arm64'});
	const [first, second] = joinPlatforms([amd64, arm64]).lines;
	expect(first).toMatchObject({status: 'conflict', tags: [], packages: []});
	expect(first?.conflict?.summary).toBe('For linux/arm64: wine needs wine64, which is not there.');
	expect(second?.tags).toContain('latest');
});

test('a line that one platform does not have is left out, with the reason', () => {
	const joined = joinPlatforms([aPlan([aLine('2')]), aPlan([], {architecture: 'arm64'})]);
	expect(joined.lines[0]).toMatchObject({status: 'skipped', reason: expect.stringContaining('linux/arm64')});
});

test('what is in the image of any platform counts as in the line', () => {
	const amd64 = aLine('2', {packages: [aPackage('libc6', '2.41-12')], installedSizeBytes: 10});
	const arm64 = aLine('2', {packages: [aPackage('libc6', '2.41-13')], installedSizeBytes: 12});
	const joined = joinPlatforms([aPlan([amd64]), aPlan([arm64], {architecture: 'arm64'})]);
	const [line] = linesWithPlatforms(joined);
	expect(line?.packages.map(({name, version}) => `${name} ${version}`)).toEqual([
		'libc6 2.41-12',
		'libc6:arm64 2.41-13',
	]);
	expect(line?.installedSizeBytes).toBe(22);
	expect(linesWithPlatforms(aPlan([amd64]))).toEqual([amd64]);
});

test.each([
	['platforms: []', /Name a platform/],
	['platforms: [linux/riscv64]', /linux\/amd64 or linux\/arm64/],
	['platforms: [linux/arm64, linux/arm64]', /twice/],
])('%s is refused', (text, message) => {
	const parsed = parseComposition(`name: web\nstarter: nginx\n${text}\n`);
	expect(parsed.kind === 'refused' && parsed.problems[0]?.message).toMatch(message);
});

test('platforms are kept when a composition is written', () => {
	const parsed = parseComposition('name: web\nstarter: nginx\nplatforms: [linux/amd64, linux/arm64]\n');
	if (parsed.kind !== 'ok') throw new Error('refused');
	expect(writeComposition(parsed.composition)).toContain('- linux/arm64');
});
