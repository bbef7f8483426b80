import {spawnSync} from 'node:child_process';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {readTar} from '../../src/image/tar/read-tar.ts';
import {paddingOf, type TarEntry} from '../../src/image/tar/tar-entry.ts';
import {tarEnd, tarHeader} from '../../src/image/tar/write-header.ts';
import {makeTar} from '../support/tar-archive.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';

const entry = (more: Partial<TarEntry>): TarEntry => ({
	path: 'usr/bin/tool',
	kind: 'file',
	mode: 0o755,
	uid: 0,
	gid: 0,
	size: 0,
	mtime: 1_700_000_000,
	link: '',
	...more,
});

const read = (archive: Buffer) => [
	...readTar((offset, length) => archive.subarray(offset, offset + length), archive.length),
];

function write(entries: readonly TarEntry[]): Buffer {
	const parts = entries.flatMap(one => [tarHeader(one), Buffer.alloc(one.size + paddingOf(one.size), 0x61)]);
	return Buffer.concat([...parts, tarEnd()]);
}

const long = (count: number) => Array.from({length: count}, (_, place) => `folder-${place}`).join('/');

const entries: Readonly<Record<string, TarEntry>> = {
	'a set-user-ID file': entry({mode: 0o4755, size: 3}),
	'a folder': entry({path: 'var/lib/', kind: 'directory'}),
	'a symbolic link': entry({path: 'bin', kind: 'symlink', link: 'usr/bin', mode: 0o777}),
	'a hard link': entry({path: 'usr/bin/other', kind: 'hardlink', link: 'usr/bin/tool'}),
	'a name of 100 bytes': entry({path: 'x'.repeat(100)}),
	'a name that ustar splits': entry({path: `${long(12)}/file`}),
	'a name that is too long to split': entry({path: `${long(60)}/file`}),
	'a last part of over 100 bytes': entry({path: `usr/${'y'.repeat(140)}`}),
	'a link to a long name': entry({kind: 'symlink', link: long(40)}),
	'a name in UTF-8': entry({path: 'usr/share/ca-certificates/Főtanúsítvány.crt'}),
	'file capabilities': entry({
		attributes: {'SCHILY.xattr.security.capability': '\x01\x00\x00\x02\x00\x20\x00\x00\xff\n\x00'},
	}),
};

describe('a tar entry', () => {
	for (const [title, one] of Object.entries(entries)) {
		test(`comes back as it was written: ${title}`, () => {
			const [back, ...more] = read(write([one]));
			expect(more).toEqual([]);
			expect(back).toMatchObject(one);
		});
	}

	test('of eight gibibytes keeps its size', () => {
		const header = tarHeader(entry({size: 9 * 2 ** 30}));
		const readAt = (offset: number, length: number) =>
			offset === 0 ? header : Buffer.alloc(offset > 2 ** 30 ? 0 : length);
		expect([...readTar(readAt, 2 ** 40)].map(({size}) => size)).toEqual([9 * 2 ** 30]);
	});
});

test('GNU tar lists our archives as we read them', async () => {
	const folder = await temporaryFolder('tar');
	const all = Object.values(entries).filter(one => one.attributes === undefined);
	const file = join(folder, 'a.tar');
	writeFileSync(file, write(all));
	const listed = spawnSync('tar', ['--list', '--quoting-style=literal', '-f', file], {
		encoding: 'utf8',
		env: {LC_ALL: 'C.UTF-8', PATH: process.env['PATH']},
	});
	expect(listed.stderr).toBe('');
	expect(listed.stdout.trimEnd().split('\n')).toEqual(all.map(({path}) => path));
});

test('an archive of GNU tar is read as it was made', async () => {
	const folder = await temporaryFolder('tar');
	const name = `${long(30)}/a file`;
	const script = `mkdir -p "$(dirname "${name}")" && echo hello > "${name}" && ln -s "${name}" link && ln "${name}" zz && tar -cf a.tar folder-0 link zz`;
	expect(spawnSync('sh', ['-c', script], {cwd: folder}).status).toBe(0);
	const archive = readFileSync(join(folder, 'a.tar'));
	const found = read(archive).filter(({kind}) => kind !== 'directory');
	expect(found.map(({path, kind, link}) => ({path, kind, link}))).toEqual([
		{path: name, kind: 'file', link: ''},
		{path: 'link', kind: 'symlink', link: name},
		{path: 'zz', kind: 'hardlink', link: name},
	]);
	const [file] = found;
	expect(archive.toString('utf8', file!.offset, file!.offset + file!.size)).toBe('hello\n');
});

describe('a broken archive is refused', () => {
	const whole = makeTar([{name: './a', content: 'x'.repeat(600)}]);
	test('that ends in a header', () =>
		expect(() => read(Buffer.from(whole.subarray(0, 300)))).toThrow(/middle of a header/));
	test('that ends in a file', () =>
		expect(() => read(Buffer.from(whole.subarray(0, 900)))).toThrow(/longer than the archive/));
	test('with a wrong checksum', () => {
		const torn = Buffer.from(whole);
		torn[0] = 0x7a;
		expect(() => read(torn)).toThrow(/checksum/);
	});
});
