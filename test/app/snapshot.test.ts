import {expect, test} from 'vitest';
import {difference, snapshotOfPlan} from '../../src/app/snapshot.ts';
import type {PlannedPackage} from '../../src/plan/plan.ts';
import {aLine, aPackage} from '../build/a-plan.ts';

const entry = (name: string, version: string, inImage = true): PlannedPackage =>
	aPackage(name, version, {inImage, downloadSize: 1, installedSize: 10});

test('tells packages and settings that came, went and changed; what only configures is not in it', () => {
	const before = aLine('1', {packages: [entry('a', '1'), entry('b', '1'), entry('dpkg', '1', false)]});
	const after = aLine('1', {
		packages: [entry('b', '2'), entry('c', '1')],
		config: {...before.config, user: '0', env: {MODE: 'fast'}},
	});
	expect(difference(snapshotOfPlan(before), snapshotOfPlan(after))).toEqual({
		line: '1',
		packages: [
			{name: 'a', before: '1', after: null},
			{name: 'b', before: '1', after: '2'},
			{name: 'c', before: null, after: '1'},
		],
		config: [
			{field: 'env MODE', before: null, after: 'fast'},
			{field: 'user', before: '65532', after: '0'},
		],
		sizeBytes: {before: null, after: null},
		installedSizeBytes: {before: 20, after: 20},
	});
});
