import {execFile} from 'node:child_process';
import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {compress, makeDeb, type DebCompression} from './deb.ts';
import {startDebianRepository, type DebianRepository} from './debian-repository.ts';
import {temporaryFolder} from './temporary-folder.ts';

const run = promisify(execFile);

describe('a synthetic package is one to dpkg-deb', () => {
	test.each<DebCompression>(['none', 'gzip', 'xz', 'zstd'])('with compression %s', async compression => {
		const deb = makeDeb({
			name: 'tool',
			version: '1:2.0-1',
			compression,
			fields: {Depends: 'libc6'},
			files: [
				{path: '/usr/bin/tool', content: '#!/bin/sh\necho tool\n', mode: 0o755},
				{path: '/usr/bin/alias', symlink: 'tool'},
				{path: '/usr/bin/twin', hardlink: '/usr/bin/tool'},
				{path: `/usr/share/doc/tool/${'long-'.repeat(30)}name`, content: 'x'.repeat(200_000)},
				{path: '/var/lib/tool', directory: true, mode: 0o750, uid: 7, gid: 8},
			],
			conffiles: ['/etc/tool.conf'],
		});
		const file = join(await temporaryFolder('deb'), deb.fileName);
		await writeFile(file, deb.bytes);
		const {stdout: version} = await run('dpkg-deb', ['--field', file, 'Version']);
		expect(version).toBe('1:2.0-1\n');
		const {stdout: contents} = await run('dpkg-deb', ['--contents', file]);
		const lines = contents.split('\n').map(line => line.replaceAll(/ +/g, ' ').replace(/ \d{4}-\S+ \S+/, ''));
		expect(lines).toContain('-rwxr-xr-x root/root 20 ./usr/bin/tool');
		expect(lines).toContain('lrwxrwxrwx root/root 0 ./usr/bin/alias -> tool');
		expect(lines).toContain(
			'hrwxrwxrwx root/root 0 ./usr/bin/twin link to ./usr/bin/tool'.replace('hrwxrwxrwx', 'hrw-r--r--'),
		);
		expect(contents).toContain(`./usr/share/doc/tool/${'long-'.repeat(30)}name`);
		expect(contents).toMatch(/drwxr-x--- root\/root +0 .* \.\/var\/lib\/tool\//);
	});

	test('the same options give the same bytes', () => {
		const options = {name: 'same', files: [{path: '/etc/same', content: 'x'}]};
		expect(makeDeb(options).sha256).toBe(makeDeb(options).sha256);
	});
});

describe('the repository', () => {
	const tool = makeDeb({name: 'tool'});
	let repository: DebianRepository;
	beforeAll(async () => {
		repository = await startDebianRepository({suites: {trixie: [tool], 'trixie-security': [makeDeb({name: 'fix'})]}});
	});
	afterAll(() => repository.close());

	const get = (path: string, headers: Record<string, string> = {}) => fetch(`${repository.origin}/${path}`, {headers});
	const pool = 'debian/pool/main/t/tool/tool_1.0-1_amd64.deb';

	test('serves an InRelease that gpgv verifies with the exported keyring', async () => {
		const file = join(await temporaryFolder('inrelease'), 'InRelease');
		await writeFile(file, await (await get('debian/dists/trixie/InRelease')).text());
		const {stderr} = await run('gpgv', ['--keyring', repository.keyringFile, file]);
		expect(stderr).toContain('Good signature');
		expect(await readFile(file, 'utf8')).toMatch(/^Valid-Until: .* UTC$/m);
	});

	test('serves packages of the security suite below a root of its own', async () => {
		const response = await get('debian-security/pool/updates/main/f/fix/fix_1.0-1_amd64.deb');
		expect(response.status).toBe(200);
	});

	test('answers 304 when nothing changed and 206 from where a download stopped', async () => {
		const first = await get(pool);
		const etag = first.headers.get('etag') ?? '';
		await first.arrayBuffer();
		expect((await get(pool, {'if-none-match': etag})).status).toBe(304);
		const rest = await get(pool, {range: 'bytes=100-', 'if-range': etag});
		expect(rest.status).toBe(206);
		expect(Buffer.from(await rest.arrayBuffer())).toEqual(tool.bytes.subarray(100));
	});

	test('breaks a connection when told to, as often as told', async () => {
		repository.fault(pool, {kind: 'reset', afterBytes: 50}, {times: 1});
		await expect(get(pool).then(response => response.arrayBuffer())).rejects.toThrow();
		expect((await get(pool)).status).toBe(200);
	});

	test('ends early, and sends wrong bytes, when told to', async () => {
		repository.fault(pool, {kind: 'truncate', afterBytes: 50}, {times: 1});
		await expect(get(pool).then(response => response.arrayBuffer())).rejects.toThrow();
		repository.fault(pool, {kind: 'corrupt'}, {times: 1});
		const wrong = Buffer.from(await (await get(pool)).arrayBuffer());
		expect(wrong.length).toBe(tool.sizeBytes);
		expect(wrong).not.toEqual(tool.bytes);
	});

	test('moves on in the middle of a refresh', async () => {
		const before = await (await get('debian/dists/trixie/InRelease')).text();
		repository.fault(
			'debian/dists/trixie/InRelease',
			{kind: 'before', run: () => repository.publish({suites: {trixie: [tool, makeDeb({name: 'new'})]}})},
			{times: 1},
		);
		expect(await (await get('debian/dists/trixie/InRelease')).text()).not.toBe(before);
	});

	test('stored xz is xz', async () => {
		const file = join(await temporaryFolder('xz'), 'file.xz');
		await writeFile(file, compress(Buffer.alloc(150_000, 'text'), 'xz'));
		const {stdout} = await run('xz', ['--decompress', '--stdout', file], {maxBuffer: 1 << 20});
		expect(stdout).toHaveLength(150_000);
	});
});
