import {expect, test} from 'vitest';
import {median, percentile, type BenchResult} from './row.ts';
import {benchTable, isWithinBudget} from './table.ts';

const row = (fields: Partial<BenchResult>): BenchResult => ({
	what: 'build',
	unit: 's',
	ours: 3,
	budget: null,
	peer: null,
	...fields,
});

test('a median of an even count lies between the middle two', () => {
	expect(median([4, 1, 3, 2])).toBe(2.5);
	expect(median([9, 1, 2])).toBe(2);
	expect(
		percentile(
			Array.from({length: 100}, (_, index) => index + 1),
			0.95,
		),
	).toBe(95);
});

test.each<[string, Partial<BenchResult>, boolean | null]>([
	['no budget', {}, null],
	['an amount that is kept', {budget: {kind: 'at most', value: 3}}, true],
	['an amount that is not', {budget: {kind: 'at most', value: 2.9}}, false],
	['a share that is kept', {budget: {kind: 'share of peer', value: 1 / 3}, peer: {name: 'apt', value: 9}}, true],
	['a share that is not', {budget: {kind: 'share of peer', value: 1 / 3}, peer: {name: 'apt', value: 8}}, false],
	[
		'a peer that is missing',
		{budget: {kind: 'share of peer', value: 1 / 3}, peer: {name: 'apt', missing: 'not here'}},
		null,
	],
])('budget: %s', (_, fields, expected) => {
	expect(isWithinBudget(row(fields))).toBe(expected);
});

test('the table says what is missing instead of a figure', () => {
	const table = benchTable([row({peer: {name: 'mmdebstrap', missing: 'not installed'}})]);
	expect(table).toContain('| build | 3.00 s  | –      | mmdebstrap: not installed | –              | –             |');
});
