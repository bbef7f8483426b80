import {spawnSync} from 'node:child_process';
import {createWriteStream, existsSync, readFileSync, readlinkSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {describe, expect, test} from 'vitest';
import {openSealed} from '../../src/base/sealed-json.ts';
import {tarOf} from '../../src/build/engines/docker/root-archive.ts';
import {scanExport} from '../../src/build/engines/docker/scan-export.ts';
import {hostsOf, purgeOthers, stageScript} from '../../src/build/engines/docker/stage-script.ts';
import type {StageResult} from '../../src/build/engines/native/stage-result.ts';
import {fileEntry, folderEntry, Tree} from '../../src/build/engines/native/tree.ts';
import type {LayerEntry} from '../../src/image/layer.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';

const file = (path: string, text: string, more: Partial<Parameters<typeof fileEntry>[2]> = {}) =>
	fileEntry(path, Buffer.from(text), {mtime: 100, ...more});
const folder = (path: string) => folderEntry(path, 100);
const link = (path: string, target: string): LayerEntry => ({
	...folderEntry(path, 100, 0o777),
	kind: 'symlink',
	link: target,
});
const hardlink = (path: string, target: string): LayerEntry => ({
	...file(path, ''),
	kind: 'hardlink',
	link: target,
	content: null,
});

/** What is found in a container's files when it began with `below`. */
async function scan(below: readonly LayerEntry[], after: readonly LayerEntry[]) {
	const place = await temporaryFolder('scan');
	const archive = join(place, 'export.tar');
	await pipeline(tarOf(after), createWriteStream(archive));
	const lower = new Tree(below.map(entry => [entry.path, {entry, owner: null}] as const));
	scanExport({archive, lower, segments: [], folder: place, epoch: 100});
	const result = openSealed(readFileSync(join(place, 'result.json'), 'utf8')) as StageResult;
	const data = readFileSync(join(place, 'changes.data'));
	return {
		removed: result.removed,
		folders: result.folders.map(({path}) => path),
		changes: Object.fromEntries(
			result.changes.map(({path, kind, offset, size, link: target}) => [
				path,
				kind === 'file' ? data.toString('utf8', offset, offset + size) : `${kind} ${target}`,
			]),
		),
	};
}

describe('what a container leaves, against what it began with', () => {
	const below = [folder('etc'), file('etc/a', 'same'), file('etc/b', 'old'), folder('var'), file('var/gone', 'x')];

	test('only what changed, with the folders that hold it', async () => {
		const after = [folder('etc'), file('etc/a', 'same'), file('etc/b', 'new', {mtime: 200}), folder('var')];
		expect(await scan(below, after)).toEqual({
			removed: ['var/gone'],
			folders: ['etc', 'var'],
			changes: {'etc/b': 'new'},
		});
	});

	test('a change of owner or mode is a change', async () => {
		const after = [
			...below.slice(0, 1),
			file('etc/a', 'same', {mode: 0o600}),
			file('etc/b', 'old', {uid: 7}),
			...below.slice(3),
		];
		expect((await scan(below, after)).changes).toEqual({'etc/a': 'same', 'etc/b': 'old'});
	});

	test('a folder that is gone takes all below it along', async () => {
		expect(await scan(below, below.slice(0, 3))).toMatchObject({removed: ['var'], changes: {}});
	});

	test('names of one file stay names of one file', async () => {
		const {changes} = await scan(
			[],
			[folder('d'), file('d/one', 'text'), hardlink('d/two', 'd/one'), link('d/three', 'one')],
		);
		expect(changes).toEqual({'d/one': 'text', 'd/two': 'hardlink d/one', 'd/three': 'symlink one'});
	});

	test('what a runtime lays into every container is not the image’s', async () => {
		const runtime = [
			folder('etc'),
			folder('dev'),
			file('.dockerenv', ''),
			file('dev/console', ''),
			file('etc/hosts', ''),
			file('etc/hostname', ''),
			file('etc/resolv.conf', ''),
			link('etc/mtab', '/proc/mounts'),
		];
		expect((await scan([folder('etc'), folder('dev')], runtime)).changes).toEqual({});
	});

	test('but /etc/hosts of netbase is, and one that was there stays', async () => {
		const made = [folder('etc'), file('etc/.slipway-hosts', '127.0.0.1\tlocalhost\n'), file('etc/hosts', '')];
		expect((await scan([folder('etc')], made)).changes).toEqual({'etc/hosts': '127.0.0.1\tlocalhost\n'});
		const there = [folder('etc'), file('etc/hosts', '127.0.0.1\tlocalhost\n')];
		expect(await scan(there, there)).toEqual({removed: [], folders: [], changes: {}});
	});
});

describe('a stage’s steps as a script', () => {
	test('quotes whatever a path holds', () => {
		const {script} = stageScript([
			{kind: 'run', command: ['dpkg', "it's", '$HOME']},
			{kind: 'folder', path: 'srv/a b', mode: 0o750, uid: 1, gid: 2},
			{kind: 'run', command: ['update-ca-certificates'], ifExists: 'usr/sbin/update-ca-certificates'},
		]);
		expect(script).toContain(`'dpkg' 'it'\\''s' '$HOME'`);
		expect(script).toContain("mkdir -p '/srv/a b'\nchown 1:2 '/srv/a b'\nchmod 750 '/srv/a b'");
		expect(spawnSync('sh', ['-n'], {input: script}).status).toBe(0);
	});

	test('files are handed over, not written into it', () => {
		const content = Buffer.from('#!/bin/sh\nexit 101\n').toString('base64');
		const step = {kind: 'file', path: 'usr/sbin/policy-rc.d', mode: 0o755, uid: 0, gid: 0, content} as const;
		const {script, files} = stageScript([step, {kind: 'remove', path: 'usr/sbin/policy-rc.d'}]);
		expect(files.map(({path, size}) => [path, size])).toEqual([['tmp/packages/file-0', 19]]);
		expect(script.indexOf('cp ')).toBeLessThan(script.indexOf("rm -rf '/usr/sbin/policy-rc.d'"));
	});

	test('what comes before and after is sh, too', () => {
		const {script} = stageScript([], {before: purgeOthers(['dpkg', 'libc6']), after: hostsOf(['netbase'])});
		expect(spawnSync('sh', ['-n'], {input: script}).status).toBe(0);
		expect(hostsOf(['dpkg'])).toEqual([]);
	});
});

test('a root is a tar that everyone unpacks, hard links after what they name', async () => {
	const place = await temporaryFolder('root');
	const archive = join(place, 'root.tar');
	const root = [
		hardlink('bin/b', 'bin/a'),
		file('bin/a', 'program', {mode: 0o755}),
		folder('bin'),
		link('sbin', 'bin'),
	];
	await pipeline(tarOf(root), createWriteStream(archive));
	expect(spawnSync('tar', ['-xf', archive, '-C', place]).status).toBe(0);
	expect(statSync(join(place, 'bin/a')).ino).toBe(statSync(join(place, 'bin/b')).ino);
	expect([readlinkSync(join(place, 'sbin')), existsSync(join(place, 'sbin/a'))]).toEqual(['bin', true]);
});
