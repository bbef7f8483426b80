import {expect, test} from 'vitest';
import type {ImageFile} from '../../src/image/image-files.ts';
import {fileRows, fileTree, modeText} from '../../state/card/file-tree.ts';

const entry = (path: string, more: Partial<ImageFile> = {}): ImageFile => ({
	path,
	kind: 'file',
	mode: 0o644,
	uid: 0,
	gid: 0,
	sizeBytes: 10,
	modifiedAt: 0,
	target: null,
	sha256: null,
	...more,
});

const tree = fileTree([
	entry('usr', {kind: 'folder', mode: 0o755, sizeBytes: 0}),
	entry('usr/bin/env'),
	entry('usr/bin/awk', {kind: 'link', target: 'mawk', sizeBytes: 0}),
	entry('usr/share/doc/a/copyright', {sizeBytes: 90}),
	entry('bin', {kind: 'link', target: 'usr/bin', sizeBytes: 0}),
	entry('Zz'),
]);

const drawn = (open: readonly string[], filter = '') =>
	fileRows(tree, new Set(open), filter).map(
		({name, depth, isFolder, sizeBytes}) => `${'. '.repeat(depth)}${name}${isFolder ? '/' : ''} ${sizeBytes}`,
	);

test('folders come first and weigh what is below them, also those that have no entry of their own', () => {
	expect(drawn([])).toEqual(['usr/ 100', 'Zz 10', 'bin 0']);
	expect(drawn(['usr', 'usr/bin'])).toEqual([
		'usr/ 100',
		'. bin/ 10',
		'. . awk 0',
		'. . env 10',
		'. share/ 90',
		'Zz 10',
		'bin 0',
	]);
});

test('a folder that is unfolded within one that is folded is not shown', () => {
	expect(drawn(['usr/bin'])).toEqual(['usr/ 100', 'Zz 10', 'bin 0']);
});

test('with a filter every path that matches is a row', () => {
	expect(drawn([], "'bin/")).toEqual(['usr/bin/awk 0', 'usr/bin/env 10']);
	expect(drawn([], 'copyright$')).toEqual(['usr/share/doc/a/copyright 90']);
	expect(drawn([], 'nothing-like-that')).toEqual([]);
});

test.each([
	[{kind: 'file', mode: 0o644}, '-rw-r--r--'],
	[{kind: 'folder', mode: 0o1777}, 'drwxrwxrwt'],
	[{kind: 'file', mode: 0o4755}, '-rwsr-xr-x'],
	[{kind: 'file', mode: 0o2644}, '-rw-r-Sr--'],
	[{kind: 'link', mode: 0o777}, 'lrwxrwxrwx'],
] as const)('modes read as ls says them: %j', (more, text) => {
	expect(modeText(entry('x', more))).toBe(text);
});
