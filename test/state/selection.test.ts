import {describe, expect, test} from 'vitest';
import {keysInRange, nothingSelected, selectedKeys, toggleMarks} from '../../state/lists/selection.ts';

const keys = ['a', 'b', 'c', 'd'];

describe('a range goes from where it began to the cursor', () => {
	test.each([
		['b', 3, ['b', 'c', 'd']],
		['d', 1, ['b', 'c', 'd']],
		['c', 2, ['c']],
		[null, 2, []],
		// Its row was filtered away, or deleted.
		['gone', 2, []],
		['a', 9, []],
	])('from %s to row %i', (from, at, expected) => {
		expect(keysInRange(keys, from, at)).toEqual(expected);
	});
});

describe('marks', () => {
	test('one row, and again', () => {
		const marked = toggleMarks(nothingSelected, keys, 1);
		expect([...marked.marked]).toEqual(['b']);
		expect(toggleMarks(marked, keys, 1)).toEqual(nothingSelected);
	});

	test('a range is marked as a whole, also where some of it was', () => {
		const some = {marked: new Set(['b']), rangeFrom: 'a'};
		const whole = toggleMarks(some, keys, 2);
		expect([...whole.marked].sort()).toEqual(['a', 'b', 'c']);
		expect(whole.rangeFrom).toBeNull();
		expect(toggleMarks({...whole, rangeFrom: 'a'}, keys, 2)).toEqual(nothingSelected);
	});

	test('what is meant is all of both', () => {
		expect([...selectedKeys({marked: new Set(['hidden']), rangeFrom: 'c'}, keys, 3)]).toEqual(['hidden', 'c', 'd']);
	});
});
