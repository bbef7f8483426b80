import {describe, expect, test} from 'vitest';
import {sortedTags} from '../../state/gallery/gallery.ts';
import {matchesFilter} from '../../state/lists/filter.ts';
import {cursorAt, moveCursor, scrollBy, windowOf} from '../../state/lists/list-window.ts';

describe('the window follows the cursor', () => {
	test.each([
		[{at: 0, top: 0}, 100, 10, [0, 10]],
		[{at: 8, top: 0}, 100, 10, [0, 10]],
		[{at: 9, top: 0}, 100, 10, [1, 11]],
		[{at: 99, top: 0}, 100, 10, [90, 100]],
		[{at: 50, top: 60}, 100, 10, [49, 59]],
		[{at: 2, top: 0}, 3, 10, [0, 3]],
		[{at: 0, top: 0}, 0, 10, [0, 0]],
		[{at: 5, top: 90}, 6, 10, [0, 6]],
	])('%j of %i rows in %i', (cursor, count, height, [top, end]) => {
		expect(windowOf(cursor, count, height)).toEqual({top, end});
	});

	test('however it is moved, the cursor is inside', () => {
		let cursor = {at: 0, top: 0};
		const moves = ['down', 'pageDown', 'last', 'up', 'pageUp', 'first', 'down'] as const;
		for (let step = 0; step < 400; step++) {
			const height = 3 + (step % 7);
			cursor = moveCursor(cursor, moves[(step * 5) % moves.length]!, 57, height);
			const {top, end} = windowOf(cursor, 57, height);
			expect(cursor.at).toBeGreaterThanOrEqual(top);
			expect(cursor.at).toBeLessThan(end);
		}
	});
});

test('a list that got shorter takes its cursor along', () => {
	expect(cursorAt({at: 40, top: 35}, 40, 5, 10)).toEqual({at: 4, top: 0});
	expect(cursorAt({at: 3, top: 0}, 3, 0, 10)).toEqual({at: 0, top: 0});
});

test('the wheel moves the window and takes the cursor along', () => {
	expect(scrollBy({at: 0, top: 0}, 3, 100, 10)).toEqual({at: 3, top: 3});
	expect(scrollBy({at: 5, top: 0}, 3, 100, 10)).toEqual({at: 5, top: 3});
	expect(scrollBy({at: 99, top: 90}, 3, 100, 10)).toEqual({at: 99, top: 90});
});

describe('filters speak fzf', () => {
	test.each([
		['', 'php-curl', true],
		['pcl', 'php-curl', true],
		["'pcl", 'php-curl', false],
		["'curl", 'php-curl', true],
		['^php', 'php-curl', true],
		['^curl', 'php-curl', false],
		['curl$', 'php-curl', true],
		['!curl', 'php-curl', false],
		['php !dev', 'php-curl', true],
		['php dev', 'php-curl', false],
		['ruby | curl', 'php-curl', true],
		['PHP', 'php-curl', false],
		['php', 'PHP-Curl', true],
	])('%j on %s: %s', (filter, text, expected) => {
		expect(matchesFilter(filter, text)).toBe(expected);
	});

	test.each([
		['php', false],
		['added curl', true],
		['!mit', false],
		['!gpl curl', true],
	])('%j on the fields of an entry: %s', (filter, expected) => {
		expect(matchesFilter(filter, ['libcurl4t64', '8.14-2', 'added', 'MIT'])).toBe(expected);
	});
});

test('tags as people name an image', () => {
	expect(sortedTags(['8.4.28-20261123', '8', '8.4.28', 'latest', '8.4'])).toEqual([
		'latest',
		'8',
		'8.4',
		'8.4.28',
		'8.4.28-20261123',
	]);
});
