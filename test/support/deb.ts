import {createHash} from 'node:crypto';
import {gzipSync, zstdCompressSync} from 'node:zlib';
import {bytesOf, makeTar, type TarEntry} from './tar-archive.ts';
import {xzStored} from './xz-stored.ts';

/** A synthetic Debian package, made in memory: deb(5), deb-control(5). The same options give the same bytes. */
export interface Deb {
	readonly name: string;
	readonly version: string;
	readonly architecture: string;
	/** The control file's fields, in order. */
	readonly fields: Readonly<Record<string, string>>;
	readonly bytes: Buffer;
	readonly sha256: string;
	readonly sizeBytes: number;
	/** As in a pool, the epoch left out: `tool_1.0-1_amd64.deb`. */
	readonly fileName: string;
	/** Folder of the pool: `main`. Files of one name with different content need two. */
	readonly poolArea: string;
}

export type DebCompression = 'none' | 'gzip' | 'xz' | 'zstd';

export interface DebFile {
	/** Where it is installed: `/usr/bin/tool`. Folders above it are added. */
	readonly path: string;
	readonly content?: string | Uint8Array;
	/** Default 0644, folders 0755. */
	readonly mode?: number;
	readonly uid?: number;
	readonly gid?: number;
	readonly owner?: string;
	readonly group?: string;
	readonly mtime?: number;
	/** Makes it a symbolic link. */
	readonly symlink?: string;
	/** Makes it a hard link to another path of the package. */
	readonly hardlink?: string;
	readonly directory?: boolean;
}

export type MaintainerScript = 'preinst' | 'postinst' | 'prerm' | 'postrm' | 'config';

export interface DebOptions {
	readonly name: string;
	/** Default 1.0-1. */
	readonly version?: string;
	/** Default amd64. */
	readonly architecture?: string;
	/** Further control fields: `{Depends: 'libc6 (>= 2.36)', 'Multi-Arch': 'same'}`. */
	readonly fields?: Readonly<Record<string, string>>;
	readonly files?: readonly DebFile[];
	readonly scripts?: Readonly<Partial<Record<MaintainerScript, string>>>;
	readonly conffiles?: readonly string[];
	readonly triggers?: string;
	readonly templates?: string;
	/** Default xz, as Debian's own are. */
	readonly compression?: DebCompression;
	/** Default main. */
	readonly poolArea?: string;
	/** Seconds since the epoch, of every file that has no time of its own. */
	readonly mtime?: number;
	/** In place of the tar that `files` make: for hostile packages. */
	readonly dataEntries?: readonly TarEntry[];
	/** In place of the control tar that the fields and scripts make. */
	readonly controlEntries?: readonly TarEntry[];
}

const defaultMtime = Date.UTC(2025, 0, 1) / 1000;

export function makeDeb(options: DebOptions): Deb {
	const {name, version = '1.0-1', architecture = 'amd64', files = [], compression = 'xz'} = options;
	const fields: Record<string, string> = {
		Package: name,
		Version: version,
		Architecture: architecture,
		Maintainer: 'Test Maintainers <test@example.org>',
		'Installed-Size': String(installedKibibytes(files)),
		...options.fields,
		Section: options.fields?.['Section'] ?? 'misc',
		Priority: options.fields?.['Priority'] ?? 'optional',
		Description: options.fields?.['Description'] ?? `synthetic package ${name}`,
	};
	const mtime = options.mtime ?? defaultMtime;
	const control = makeTar(options.controlEntries ?? controlEntries(fields, options, mtime));
	const data = makeTar(options.dataEntries ?? dataEntries(files, mtime));
	const bytes = makeAr([
		{name: 'debian-binary', content: Buffer.from('2.0\n')},
		{name: `control.tar${suffixes[compression]}`, content: compress(control, compression)},
		{name: `data.tar${suffixes[compression]}`, content: compress(data, compression)},
	]);
	return {
		name,
		version,
		architecture,
		fields,
		bytes,
		sha256: createHash('sha256').update(bytes).digest('hex'),
		sizeBytes: bytes.length,
		fileName: `${name}_${version.replace(/^\d+:/, '')}_${architecture}.deb`,
		poolArea: options.poolArea ?? 'main',
	};
}

export interface ArMember {
	readonly name: string;
	readonly content: Uint8Array;
	/** A size in the header that is not the content's. */
	readonly claimedSizeBytes?: number;
}

/** An ar archive as deb(5) has it: plain names, no symbol table. */
export function makeAr(members: readonly ArMember[]): Buffer {
	const parts = members.flatMap(({name, content, claimedSizeBytes}) => {
		const columns = [
			name.padEnd(16),
			String(defaultMtime).padEnd(12),
			'0'.padEnd(6),
			'0'.padEnd(6),
			'100644'.padEnd(8),
			String(claimedSizeBytes ?? content.length).padEnd(10),
		];
		return [Buffer.from(`${columns.join('')}\`\n`, 'latin1'), content, Buffer.from(content.length % 2 ? '\n' : '')];
	});
	return Buffer.concat([Buffer.from('!<arch>\n'), ...parts]);
}

export const suffixes: Record<DebCompression, string> = {none: '', gzip: '.gz', xz: '.xz', zstd: '.zst'};

export function compress(content: Uint8Array, compression: DebCompression): Buffer {
	switch (compression) {
		case 'none':
			return Buffer.from(content);
		case 'gzip':
			return gzipSync(content);
		case 'xz':
			return xzStored(content);
		case 'zstd':
			return zstdCompressSync(content);
	}
}

/** Fields as a control paragraph: deb822(5). */
export function controlParagraph(fields: Readonly<Record<string, string>>): string {
	return Object.entries(fields)
		.map(([field, value]) => `${field}: ${value}\n`)
		.join('');
}

function controlEntries(fields: Readonly<Record<string, string>>, options: DebOptions, mtime: number): TarEntry[] {
	const {files = [], scripts = {}, conffiles = [], triggers, templates} = options;
	const plain: Record<string, string> = {control: controlParagraph(fields)};
	const regular = files.filter(file => !file.directory && file.symlink === undefined && file.hardlink === undefined);
	const sums = regular.map(file => {
		const sum = createHash('md5')
			.update(bytesOf(file.content ?? ''))
			.digest('hex');
		return `${sum}  ${file.path.slice(1)}\n`;
	});
	if (sums.length > 0) plain['md5sums'] = sums.join('');
	if (conffiles.length > 0) plain['conffiles'] = conffiles.map(path => `${path}\n`).join('');
	if (triggers !== undefined) plain['triggers'] = triggers;
	if (templates !== undefined) plain['templates'] = templates;
	return [
		{name: './', kind: 'directory', mtime},
		...Object.entries(plain).map(([file, content]): TarEntry => ({name: `./${file}`, content, mtime})),
		...Object.entries(scripts).map(([file, content]): TarEntry => ({name: `./${file}`, content, mode: 0o755, mtime})),
	];
}

function dataEntries(files: readonly DebFile[], mtime: number): TarEntry[] {
	const folders = new Set<string>();
	for (const {path} of files) {
		for (let end = path.indexOf('/', 1); end !== -1; end = path.indexOf('/', end + 1)) folders.add(path.slice(0, end));
	}
	const own = new Set(files.map(file => file.path));
	const implied = [...folders].filter(path => !own.has(path)).map((path): DebFile => ({path, directory: true}));
	// dpkg-deb's order: a folder before what is in it.
	const ordered = [...implied, ...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
	// A hard link comes after the file it names.
	const sorted = [
		...ordered.filter(file => file.hardlink === undefined),
		...ordered.filter(file => file.hardlink !== undefined),
	];
	return [{name: './', kind: 'directory', mtime}, ...sorted.map(file => dataEntry(file, mtime))];
}

function dataEntry(file: DebFile, mtime: number): TarEntry {
	const {path, content, symlink, hardlink, directory, mode, uid, gid, owner, group} = file;
	const common = {mode, uid, gid, owner, group, mtime: file.mtime ?? mtime};
	if (directory) return {...common, name: `.${path}/`, kind: 'directory'};
	if (symlink !== undefined) return {...common, name: `.${path}`, kind: 'symlink', target: symlink};
	if (hardlink !== undefined) return {...common, name: `.${path}`, kind: 'hardlink', target: `.${hardlink}`};
	return {...common, name: `.${path}`, content: content ?? ''};
}

function installedKibibytes(files: readonly DebFile[]): number {
	const sizes = files.map(file => Math.ceil(bytesOf(file.content ?? '').length / 1024) || 1);
	return sizes.reduce((total, size) => total + size, 1);
}
