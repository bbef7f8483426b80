import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {makeSegment} from '../../src/build/engines/native/make-segment.ts';
import {decodeSegment, type Segment} from '../../src/build/engines/native/segment.ts';
import {makeAr, makeDeb, type Deb, type DebCompression, type DebOptions} from '../support/deb.ts';
import type {TarEntry} from '../support/tar-archive.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';

async function segmentOf(deb: Pick<Deb, 'bytes' | 'sha256'>): Promise<Segment> {
	const folder = await temporaryFolder('segments');
	const file = join(folder, 'package.deb');
	await writeFile(file, deb.bytes);
	await mkdir(join(folder, 'v1'));
	const target = join(folder, 'v1', deb.sha256);
	try {
		await makeSegment(file, deb.sha256, target);
	} catch (error) {
		expect(await readdir(join(folder, 'v1')), 'nothing half-made is left').toEqual([]);
		throw error;
	}
	const segment = decodeSegment(await readFile(join(target, 'segment.json'), 'utf8'));
	if (segment === null) throw new Error('the segment is not one');
	return segment;
}

const refuse = async (options: Partial<DebOptions>, why: RegExp) => {
	await expect(segmentOf(makeDeb({name: 'hostile', ...options}))).rejects.toThrow(why);
};

describe('a member is refused', () => {
	const file = (name: string, more: Partial<TarEntry> = {}): TarEntry => ({
		name,
		content: more.kind === undefined ? 'x' : '',
		...more,
	});
	const table: readonly (readonly [string, readonly TarEntry[], RegExp])[] = [
		['with an absolute path', [file('/etc/passwd')], /absolute path/],
		['that goes up', [file('./usr/../../etc/passwd')], /goes up/],
		['that is only two dots', [file('..')], /goes up/],
		[
			'below a link of the same package',
			[file('./opt', {kind: 'symlink', target: '/etc'}), file('./opt/passwd')],
			/below the link/,
		],
		[
			'below a link that comes later',
			[file('./opt/passwd'), file('./opt', {kind: 'symlink', target: '/etc'})],
			/below the link/,
		],
		['below a file', [file('./opt'), file('./opt/passwd')], /below the file/],
		['that hides a file of the package', [file('./a'), file('./a')], /twice/],
		['that is a character device', [file('./dev/mem', {kind: 'character-device'})], /character device/],
		['that is a block device', [file('./dev/sda', {kind: 'block-device'})], /block device/],
		['that is a pipe', [file('./run/pipe', {kind: 'fifo'})], /fifo/],
		['with an escape sequence in its name', [file('./usr/\u001b]0;x\u0007')], /control characters/],
		['with a line feed in its name', [file('./usr/a\nb')], /control characters/],
		['with a link to an escape sequence', [file('./a', {kind: 'symlink', target: '\u001b[2J'})], /control characters/],
		['with a hard link out of the package', [file('./a', {kind: 'hardlink', target: './etc/shadow'})], /hard link/],
		['with a hard link that goes up', [file('./a', {kind: 'hardlink', target: '../../etc/shadow'})], /goes up/],
		['of a part of over 255 bytes', [file(`./${'x'.repeat(256)}`)], /too long/],
		['longer than its archive', [file('./a', {claimedSizeBytes: 1 << 30})], /longer than the archive/],
		['of an owner whom no sandbox has', [file('./a', {uid: 70_000})], /owner of absurd number/],
		['of a group whom no sandbox has', [file('./a', {gid: 65_535})], /owner of absurd number/],
		['from the year 3000', [file('./a', {mtime: 32_503_680_000})], /time of absurd size/],
		['of negative size', [file('./a', {claimedSizeBytes: -1})], /tar archive|octal/],
	];
	for (const [title, dataEntries, why] of table) test(title, () => refuse({dataEntries}, why));
});

test('what a refusal says has no control characters in it', async () => {
	const deb = makeDeb({name: 'hostile', dataEntries: [{name: './\u001b[2J\u001b]0;x\u0007', content: ''}]});
	const error = await segmentOf(deb).catch((error: unknown) => error);
	expect(String(error)).not.toMatch(/[\u0000-\u001f]/u);
});

describe('a package file is refused', () => {
	const bytes = makeDeb({name: 'a'}).bytes;
	const table: readonly (readonly [string, Buffer, RegExp])[] = [
		['that is no archive', Buffer.from('hello'), /not an ar archive/],
		['that is empty', Buffer.alloc(0), /not an ar archive/],
		['that was cut', Buffer.from(bytes.subarray(0, bytes.length - 40)), /impossible size/],
		['without data', makeAr([{name: 'debian-binary', content: Buffer.from('2.0\n')}]), /members/],
		[
			'that is compressed in an unknown way',
			makeAr([
				{name: 'debian-binary', content: Buffer.from('2.0\n')},
				{name: 'control.tar.br', content: Buffer.alloc(10)},
				{name: 'data.tar', content: Buffer.alloc(1024)},
			]),
			/compressed as \.br/,
		],
		[
			'whose compressed data is torn',
			makeAr([
				{name: 'debian-binary', content: Buffer.from('2.0\n')},
				{name: 'control.tar.xz', content: Buffer.from('not xz at all')},
				{name: 'data.tar', content: Buffer.alloc(1024)},
			]),
			/cannot be decompressed/,
		],
	];
	for (const [title, content, why] of table) {
		test(title, () => expect(segmentOf({bytes: content, sha256: '0'.repeat(64)})).rejects.toThrow(why));
	}
});

describe('a segment', () => {
	const files = [
		{path: '/lib/x86_64-linux-gnu/libx.so.1', content: 'library'},
		{path: '/usr/bin/tool', content: 'x'.repeat(200_000), mode: 0o4755},
		{path: '/usr/bin/same', hardlink: '/usr/bin/tool'},
		{path: '/bin/sh', symlink: 'dash'},
	];

	test('has merged-/usr paths, sorted, with hard links last', async () => {
		const segment = await segmentOf(makeDeb({name: 'tool', files}));
		const rows = segment.entries.map(({path, kind, mode}) => `${kind} ${mode.toString(8)} ${path}`);
		expect(rows).toEqual(
			[
				'directory 755 usr',
				'directory 755 usr/bin',
				'symlink 777 usr/bin/sh',
				'file 4755 usr/bin/tool',
				'directory 755 usr/lib',
				'directory 755 usr/lib/x86_64-linux-gnu',
				'file 644 usr/lib/x86_64-linux-gnu/libx.so.1',
				'hardlink 755 usr/bin/same',
			].map(row => row.replace('hardlink 755', `hardlink ${segment.entries.at(-1)?.mode.toString(8)}`)),
		);
	});

	for (const compression of ['none', 'gzip', 'xz', 'zstd'] satisfies DebCompression[]) {
		test(`is the same from a package compressed by ${compression}`, async () => {
			const made = await segmentOf(makeDeb({name: 'tool', files, compression}));
			const plain = await segmentOf(makeDeb({name: 'tool', files, compression: 'none'}));
			expect({...made, sha256: ''}).toEqual({...plain, sha256: ''});
		});
	}

	test('knows what dpkg has to do before, and the newest time', async () => {
		const fields = {'Pre-Depends': 'libc6 (>= 2.36), awk | mawk'};
		const segment = await segmentOf(makeDeb({name: 'tool', files, fields, mtime: 1_600_000_000}));
		expect(segment.preDepends).toEqual([['libc6'], ['awk', 'mawk']]);
		expect(segment.newestMtime).toBe(1_600_000_000);
	});
});
