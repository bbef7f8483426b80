import {existsSync, lstatSync, readFileSync, readlinkSync, type Stats} from 'node:fs';
import {parseFields} from './control-fields.ts';
import {makeDeb, type Deb, type DebFile, type MaintainerScript} from './deb.ts';

/**
 * Packages of this Debian machine put together again from their installed files, as dpkg-repack does: with them a repository
 * of a test has a real dpkg, shell and C library, and images built from it run.
 */
export interface HostPackageOptions {
	/** Versions in place of the installed ones, by name. */
	readonly versions?: Readonly<Record<string, string>>;
	/** Files below /usr alone, and base-files with the links /bin, /lib …: as from trixie on. Without it, as bookworm has it. */
	readonly mergedUsr?: boolean;
}

/** The named packages, the essential ones, and what they all depend on. Throws if one is not installed. */
export function hostPackages(names: readonly string[], options: HostPackageOptions = {}): readonly Deb[] {
	const installed = readStatus();
	const providers = new Map<string, string>();
	for (const [name, {Provides: provided = ''}] of installed) {
		for (const virtual of provided.split(',')) providers.set(virtual.trim().replace(/[ (].*$/, ''), name);
	}
	const closure = new Set<string>();
	const add = (name: string) => {
		const fields = installed.get(name);
		if (!fields) throw new Error(`${name} is not installed on this machine`);
		if (closure.has(name)) return;
		closure.add(name);
		for (const group of [fields['Pre-Depends'] ?? '', fields['Depends'] ?? ''].join(',').split(',')) {
			const alternatives = group.split('|').map(relation => relation.trim().replace(/[ :(].*$/, ''));
			const present = alternatives.find(alternative => installed.has(alternative) || providers.has(alternative));
			if (present) add(installed.has(present) ? present : (providers.get(present) ?? ''));
		}
	};
	for (const [name, fields] of installed) if (fields['Essential'] === 'yes') add(name);
	for (const name of names) add(name);
	return [...closure].map(name => repack(installed.get(name) ?? {}, options));
}

type Fields = Readonly<Record<string, string>>;

function readStatus(): ReadonlyMap<string, Fields> {
	const paragraphs = readFileSync('/var/lib/dpkg/status', 'utf8').split('\n\n');
	const packages = paragraphs.map(parseFields);
	const installed = packages.filter(fields => fields['Status'] === 'install ok installed');
	return new Map(installed.map(fields => [fields['Package'] ?? '', fields]));
}

const scripts: readonly MaintainerScript[] = ['preinst', 'postinst', 'prerm', 'postrm', 'config'];

/** Fields of dpkg's database that a package itself does not have. */
const databaseFields = new Set(['Package', 'Version', 'Architecture', 'Status', 'Conffiles', 'Config-Version']);

function repack(fields: Fields, {versions = {}, mergedUsr = false}: HostPackageOptions): Deb {
	const name = fields['Package'] ?? '';
	const version = versions[name] ?? fields['Version'] ?? '';
	const architecture = fields['Architecture'] ?? '';
	const info = (kind: string) => {
		const file = [`${name}:${architecture}.${kind}`, `${name}.${kind}`]
			.map(file => `/var/lib/dpkg/info/${file}`)
			.find(file => existsSync(file));
		return file === undefined ? undefined : readFileSync(file, 'utf8');
	};
	const ownScripts = scripts.flatMap(kind => {
		const text = info(kind);
		return text === undefined ? [] : [[kind, kind === 'config' ? sparing(text) : text]];
	});
	const triggers = info('triggers');
	const templates = info('templates');
	const files = filesOf((info('list') ?? '').split('\n').filter(path => !isSpared(path)));
	return makeDeb({
		name,
		version,
		architecture,
		poolArea: mergedUsr ? 'merged' : 'main',
		fields: Object.fromEntries(Object.entries(fields).filter(([field]) => !databaseFields.has(field))),
		files: mergedUsr ? merged(files, name) : files,
		scripts: Object.fromEntries(ownScripts) as Partial<Record<MaintainerScript, string>>,
		conffiles: (info('conffiles') ?? '').split('\n').filter(path => path !== '' && existsSync(path)),
		...(triggers !== undefined && {triggers}),
		...(templates !== undefined && {templates}),
	});
}

/** ca-certificates starts dozens of processes for each authority: a few show as much as all of them, ten seconds sooner. */
const isSpared = (path: string) => /\bmozilla\/(?!ISRG_).*\.crt$/u.test(path);
const sparing = (script: string) =>
	script.replace(/^CERTS_LIST="(.*)"$/mu, (_line, list: string) => {
		const kept = list.split(', ').filter(path => !isSpared(path));
		return `CERTS_LIST="${kept.join(', ')}"`;
	});

function filesOf(list: readonly string[]): DebFile[] {
	return list
		.filter(path => path.startsWith('/') && path !== '/.')
		.map(path => ({path, stats: lstatSync(path, {throwIfNoEntry: false})}))
		.filter((entry): entry is {path: string; stats: Stats} => entry.stats !== undefined)
		.filter(({path, stats}) => !(stats.isSymbolicLink() && mergedFolders.includes(path.slice(1))))
		.filter(({stats}) => stats.isFile() || stats.isDirectory() || stats.isSymbolicLink())
		.map(({path, stats}) => {
			const common = {path, mode: stats.mode & 0o7777, uid: stats.uid, gid: stats.gid};
			if (stats.isDirectory()) return {...common, directory: true};
			if (stats.isSymbolicLink()) return {...common, mode: 0o777, symlink: readlinkSync(path)};
			return {...common, content: readFileSync(path)};
		});
}

/** Links into /usr on every current system, though packages of bookworm have them as folders. */
const mergedFolders = ['bin', 'sbin', 'lib', 'lib64'];

function merged(files: readonly DebFile[], name: string): DebFile[] {
	const isMerged = (path: string) => mergedFolders.includes(path.split('/')[1] ?? '');
	const byPath = new Map(
		files
			.map(file => (isMerged(file.path) ? {...file, path: `/usr${file.path}`} : file))
			.map(file => [file.path, file]),
	);
	const links = mergedFolders.map((folder): DebFile => ({path: `/${folder}`, symlink: `usr/${folder}`}));
	return [...byPath.values(), ...(name === 'base-files' ? links : [])];
}
