import {spawnSync} from 'node:child_process';
import {lstatSync, readdirSync, readFileSync, readlinkSync, symlinkSync} from 'node:fs';
import {mkdir, readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {expect} from 'vitest';
import {isLeftover} from '../../src/build/engines/native/leftovers.ts';
import {makeSegment} from '../../src/build/engines/native/make-segment.ts';
import {decodeSegment, type Segment} from '../../src/build/engines/native/segment.ts';
import {unpackPackages} from '../../src/build/engines/native/unpack-packages.ts';
import {makeDeb, type DebOptions} from '../support/deb.ts';
import {testNeeding} from '../support/needs.ts';
import {temporaryFolder} from '../support/temporary-folder.ts';

/** The database that dpkg itself makes is the measure. */
const withDpkg = testNeeding('apt', 'root');

const etc = {path: '/etc/tool.conf', content: 'a=1\n'};
const program = {path: '/usr/bin/tool', content: '#!/bin/sh\n', mode: 0o755};

/** One package is unpacked first, as a stage below would have it. */
const base: DebOptions = {
	name: 'base',
	files: [{path: '/usr/share/base/file'}, {path: '/usr/share/doc/base', symlink: 'base-doc'}],
	triggers: 'interest-noawait /usr/share/icons\ninterest /usr/share/mime\ninterest-noawait base-cache\n',
};

withDpkg('packages that ask for files only come out as dpkg would have them', async () => {
	const {asked, ours, dpkgs} = await compare([
		{
			name: 'tool',
			files: [
				program,
				{path: '/usr/bin/also', hardlink: '/usr/bin/tool', mode: 0o755},
				{path: '/usr/bin/tl', symlink: 'tool'},
			],
		},
		{
			name: 'set-uid',
			files: [
				{path: '/usr/bin/rise', content: 'x', mode: 0o4755},
				{path: '/var/lib/rise', directory: true, mode: 0o1777},
			],
		},
		{
			name: 'libone',
			fields: {'Multi-Arch': 'same', Depends: 'tool|other,base (>=1)'},
			files: [{path: '/usr/lib/libone.so.1'}],
			triggers: 'activate-noawait base-cache\n',
		},
		{name: 'theme', files: [{path: '/usr/share/icons/a/b.png'}]},
		{name: 'types', files: [{path: '/usr/share/mime/a.xml'}]},
		{name: 'settings', files: [etc], conffiles: ['/etc/tool.conf']},
	]);
	expect(asked).toEqual([]);
	expect(ours).toEqual(dpkgs);
	expect(ours['var/lib/dpkg/status']).toMatch(/Status: install ok installed/);
	expect(ours['etc/tool.conf']).toMatch(/a=1/);
});

withDpkg('triggers of what is there are noted until packages are configured', async () => {
	const {folder} = await roots(
		[
			{name: 'theme', files: [{path: '/usr/share/icons/a/b.png'}]},
			{name: 'types', files: [{path: '/usr/share/mime/a.xml'}]},
		],
		{configured: false},
	);
	expect(await readFile(join(folder, 'ours/var/lib/dpkg/triggers/Unincorp'), 'utf8')).toBe(
		'/usr/share/icons -\n/usr/share/mime types\n',
	);
});

withDpkg('whoever asks for more is left to dpkg, before the others', async () => {
	const {asked, ours, dpkgs} = await compare([
		{name: 'tool', files: [program]},
		{name: 'prepared', files: [{path: '/usr/bin/prepared'}], triggers: 'interest /usr/share/x\n'},
		{name: 'owned', files: [{path: '/usr/bin/owned', gid: 42, group: 'shadow'}]},
		{name: 'unsummed', files: []},
		{name: 'old', files: [{path: '/usr/share/twice'}, {path: '/usr/share/old'}]},
		{name: 'new', fields: {Replaces: 'old'}, files: [{path: '/usr/share/twice', content: 'new'}]},
		{name: 'heir', fields: {Replaces: 'base'}, files: [{path: '/usr/share/base/file', content: 'heir'}]},
	]);
	expect(asked).toEqual([['prepared', 'owned', 'unsummed', 'old', 'new'], ['heir']]);
	expect(ours).toEqual(dpkgs);
	expect(ours['usr/share/twice']).toMatch(/new/);
	expect(ours['usr/share/base/file']).toMatch(/heir/);
});

withDpkg('a configuration file that waits for its place holds it', async () => {
	const taken = {name: 'taken', fields: {Replaces: 'base'}, files: [{path: '/etc/tool.conf', content: 'other'}]};
	const {asked, ours, dpkgs} = await compare([taken], {
		async prepare(root) {
			await writeFile(
				join(root, 'base.deb'),
				makeDeb({...base, version: '2', files: [etc], conffiles: [etc.path]}).bytes,
			);
			dpkg(root, '--unpack', join(root, 'base.deb'));
		},
	});
	expect(asked).toEqual([['taken']]);
	expect(ours).toEqual(dpkgs);
});

withDpkg('diverted paths and overridden rights are dpkg’s affair', async () => {
	const {asked, ours, dpkgs} = await compare(
		[
			{name: 'tool', files: [program]},
			{name: 'sharp', files: [{path: '/usr/bin/sharp'}]},
			{name: 'plain', files: [{path: '/usr/bin/plain'}]},
		],
		{
			async prepare(root) {
				run(
					'dpkg-divert',
					'--root',
					root,
					'--package',
					'base',
					'--no-rename',
					'--divert',
					'/usr/bin/tool.base',
					'--add',
					'/usr/bin/tool',
				);
				run('dpkg-statoverride', '--root', root, '--add', 'root', 'root', '4711', '/usr/bin/sharp');
			},
		},
	);
	expect(asked).toEqual([['tool', 'sharp']]);
	expect(ours).toEqual(dpkgs);
	expect(ours['usr/bin/tool.base']).toBeDefined();
	expect(ours['usr/bin/sharp']).toMatch(/^4711/);
});

withDpkg('files that were extracted before there was a dpkg are only noted', async () => {
	const {asked, ours, dpkgs} = await compare(
		[
			{name: 'tool', files: [program, etc], conffiles: ['/etc/tool.conf']},
			{name: 'tiny', files: [{path: '/usr/share/tiny'}]},
		],
		{areExtracted: true},
	);
	expect(asked).toEqual([]);
	expect(ours).toEqual(dpkgs);
});

withDpkg('a link that a package laid over the database leads nowhere', async () => {
	const elsewhere = await temporaryFolder('elsewhere');
	await writeFile(join(elsewhere, 'list'), 'kept\n');
	const going = roots([{name: 'tool', files: [program]}], {
		configured: false,
		async prepare(root) {
			if (root.endsWith('ours')) symlinkSync(join(elsewhere, 'list'), join(root, 'var/lib/dpkg/info/tool.list'));
		},
	});
	await expect(going).rejects.toThrow(/EEXIST|ELOOP/);
	expect(await readFile(join(elsewhere, 'list'), 'utf8')).toBe('kept\n');
});

interface Options {
	readonly areExtracted?: boolean;
	readonly configured?: boolean;
	readonly prepare?: (root: string) => Promise<void>;
}

/** The same packages in two roots: unpacked by us, and by dpkg. Contents with modes, by path. */
async function compare(packages: readonly DebOptions[], options: Options = {}) {
	return roots(packages, {configured: true, ...options});
}

async function roots(packages: readonly DebOptions[], {areExtracted = false, configured = true, prepare}: Options) {
	const folder = await temporaryFolder('unpack');
	const segmentFolder = join(folder, 'segments');
	const segments = await Promise.all(packages.map(one => segmentIn(segmentFolder, one)));
	const first = await segmentIn(segmentFolder, base);
	for (const name of ['ours', 'dpkgs']) {
		const root = join(folder, name);
		for (const below of ['info', 'triggers', 'updates'])
			await mkdir(join(root, 'var/lib/dpkg', below), {recursive: true});
		await writeFile(join(root, 'var/lib/dpkg/status'), '');
		dpkg(root, '--install', join(segmentFolder, first.sha256, 'package.deb'));
		await prepare?.(root);
		if (areExtracted)
			for (const {sha256} of segments) run('dpkg-deb', '--extract', join(segmentFolder, sha256, 'package.deb'), root);
	}
	const unpack = (root: string, some: readonly Segment[]) =>
		dpkg(root, '--no-triggers', '--unpack', ...some.map(({sha256}) => join(segmentFolder, sha256, 'package.deb')));
	const asked: string[][] = [];
	const root = join(folder, 'ours');
	await unpackPackages({
		root,
		segments,
		segmentFolder,
		areExtracted,
		onUnpacked: () => {},
		async runDpkg(some) {
			asked.push(some.map(segment => segment.package));
			unpack(root, some);
		},
	});
	unpack(join(folder, 'dpkgs'), segments);
	if (configured)
		for (const name of ['ours', 'dpkgs']) dpkg(join(folder, name), '--force-depends', '--configure', '--pending');
	return {folder, asked, ours: contentsOf(join(folder, 'ours')), dpkgs: contentsOf(join(folder, 'dpkgs'))};
}

async function segmentIn(segmentFolder: string, options: DebOptions): Promise<Segment> {
	const deb = makeDeb(options);
	await mkdir(segmentFolder, {recursive: true});
	const file = join(segmentFolder, `${deb.sha256}.deb`);
	await writeFile(file, deb.bytes);
	const target = join(segmentFolder, deb.sha256);
	await makeSegment(file, deb.sha256, target);
	await rm(file);
	const segment = decodeSegment(await readFile(join(target, 'segment.json'), 'utf8'));
	if (segment === null) throw new Error('the segment is not one');
	return segment;
}

function dpkg(root: string, ...command: string[]): void {
	run('dpkg', `--root=${root}`, '--force-unsafe-io', '--force-script-chrootless', ...command);
}

function run(program: string, ...command: string[]): void {
	const {status, stderr} = spawnSync(program, command, {encoding: 'utf8'});
	if (status !== 0) throw new Error(`${program} ${command.join(' ')}: ${stderr}`);
}

function contentsOf(root: string, path = ''): Record<string, string> {
	const found: Record<string, string> = {};
	for (const name of readdirSync(join(root, path))) {
		const inner = path === '' ? name : `${path}/${name}`;
		if (isLeftover(inner)) continue;
		const place = join(root, inner);
		const status = lstatSync(place);
		const head = `${(status.mode & 0o7777).toString(8)} ${status.uid}:${status.gid}`;
		if (status.isDirectory()) Object.assign(found, {[inner]: `${head} folder`}, contentsOf(root, inner));
		else if (status.isSymbolicLink()) found[inner] = `${head} -> ${readlinkSync(place)}`;
		else found[inner] = `${head} ×${status.nlink} ${readFileSync(place, 'utf8')}`;
	}
	return found;
}
