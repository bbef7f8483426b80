import {SlipwayError} from '../../../base/errors.ts';
import type {StarterPath} from '../../../catalog/starter.ts';
import type {LayerEntry} from '../../../image/layer.ts';
import {readFileChunks} from '../../../image/layer-source.ts';
import type {Segment} from './segment.ts';
import {fileEntry, folderEntry, type Tree, type TreeNode} from './tree.ts';

export interface FinishInput {
	readonly variant: 'minimal' | 'dev';
	/** Release: `trixie`. */
	readonly suite: string;
	readonly segments: readonly Segment[];
	readonly inImage: ReadonlySet<string>;
	readonly paths: readonly StarterPath[];
	readonly epoch: number;
	/** The whole root, for what the image takes from packages that it has not. */
	readonly configured: Tree;
}

const rootLinks = ['bin', 'sbin', 'lib', 'lib64'];

const trustedBundle = 'etc/ssl/certs/ca-certificates.crt';

/**
 * Where libssl looks for certificates and its configuration (`openssl version -d`). The package openssl has them, beside a
 * program that images do without; without them nothing that trusts libssl's defaults makes a TLS connection.
 */
const opensslFiles = ['usr/lib/ssl/cert.pem', 'usr/lib/ssl/certs', 'usr/lib/ssl/openssl.cnf', 'etc/ssl/openssl.cnf'];

/** The account that images run as which need no other: as distroless and Chainguard number it. */
const nonroot = {name: 'nonroot', id: 65_532, home: '/home/nonroot'};

/** Lays what Slipway itself adds over an image's tree: package metadata, the non-root account, the starter's paths. */
export function finishTree(tree: Tree, input: FinishInput): void {
	const {configured, epoch, segments, inImage, variant} = input;
	for (const folder of ['dev', 'etc', 'home', 'proc', 'root', 'run', 'sys', 'usr/bin', 'var/lib']) {
		tree.makeFolder(folder, epoch);
	}
	for (const folder of ['tmp', 'var/tmp']) {
		if (!tree.nodes.has(folder)) tree.set({entry: folderEntry(folder, epoch, 0o1777), owner: null});
	}
	if (variant === 'minimal') {
		for (const folder of rootLinks)
			if (configured.get(folder)?.entry.kind === 'symlink') tree.makeFolder(`usr/${folder}`, epoch);
		for (const path of ['etc/os-release', 'usr/lib/os-release', ...rootLinks]) borrow(tree, path, input);
		if (tree.nodes.has(trustedBundle)) for (const path of opensslFiles) borrow(tree, path, input);
		for (const segment of segments) if (inImage.has(segment.sha256)) addPackageMetadata(tree, segment);
		addNonroot(tree, epoch);
	}
	if (variant === 'dev' && segments.some(one => one.package === 'apt' && inImage.has(one.sha256)))
		addSources(tree, input);
	for (const path of input.paths) addPath(tree, path, epoch);
}

/** Debian's primary archive and its security updates, so that apt-get works in a container; a package's own sources win. */
function addSources(tree: Tree, {suite, epoch}: FinishInput): void {
	const folder = 'etc/apt/sources.list.d';
	const hasSources = [...tree.nodes.keys()].some(
		path => path === 'etc/apt/sources.list' || path.startsWith(`${folder}/`),
	);
	const keyrings = ['pgp', 'gpg'].map(form => `usr/share/keyrings/debian-archive-keyring.${form}`);
	const keyring = keyrings.find(path => tree.nodes.has(path));
	if (hasSources || keyring === undefined) return;
	const source = (archive: string, suites: string) =>
		`Types: deb\nURIs: http://ftp.debian.org/${archive}\nSuites: ${suites}\nComponents: main\nSigned-By: /${keyring}\n`;
	const text = `${source('debian', `${suite} ${suite}-updates`)}\n${source('debian-security', `${suite}-security`)}`;
	tree.makeFolder(folder, epoch);
	tree.set({entry: fileEntry(`${folder}/debian.sources`, Buffer.from(text), {mtime: epoch}), owner: null});
}

/** A file that every image needs, from the root that it was configured in. */
function borrow(tree: Tree, path: string, {configured, epoch}: FinishInput): void {
	const node = configured.get(path);
	if (tree.nodes.has(path) || node === undefined) return;
	if (path.includes('/')) tree.makeFolder(path.slice(0, path.lastIndexOf('/')), epoch);
	tree.set({...node, owner: null});
}

/** What scanners read where there is no dpkg database: PACKAGE_METADATA.md of distroless. */
function addPackageMetadata(tree: Tree, segment: Segment): void {
	const mtime = segment.newestMtime;
	const folder = tree.makeFolder('var/lib/dpkg/status.d', mtime);
	const put = (name: string, text: string) => {
		tree.set({entry: fileEntry(`${folder}/${name}`, Buffer.from(text), {mtime}), owner: null});
	};
	put(segment.package, segment.control.endsWith('\n') ? segment.control : `${segment.control}\n`);
	if (segment.md5sums !== '') put(`${segment.package}.md5sums`, segment.md5sums);
}

function addNonroot(tree: Tree, epoch: number): void {
	const {name, id, home} = nonroot;
	appendLine(tree, 'etc/passwd', `${name}:x:${id}:${id}:${name}:${home}:/usr/sbin/nologin`, epoch);
	appendLine(tree, 'etc/group', `${name}:x:${id}:`, epoch);
	if (!tree.nodes.has('home/nonroot'))
		tree.set({entry: folderEntry('home/nonroot', epoch, 0o700, id, id), owner: null});
}

function appendLine(tree: Tree, path: string, line: string, epoch: number): void {
	const known = tree.get(path);
	const text = known === undefined ? '' : contentOf(known.entry).toString('utf8');
	const [name = ''] = line.split(':');
	if (text.split('\n').some(one => one.startsWith(`${name}:`))) return;
	const content = Buffer.from(`${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${line}\n`);
	const entry = fileEntry(path, content, {mtime: known?.entry.mtime ?? epoch, mode: known?.entry.mode ?? 0o644});
	tree.set({entry, owner: null});
}

function addPath(tree: Tree, wanted: StarterPath, epoch: number): void {
	const raw = wanted.path.replace(/^\/+|\/+$/gu, '');
	const place = tree.resolve(raw, {keepLast: true}) ?? raw;
	if (wanted.absent === true) {
		removeWithLinks(tree, place);
		return;
	}
	const slash = place.lastIndexOf('/');
	if (slash > 0) tree.makeFolder(place.slice(0, slash), epoch);
	const uid = idOf(tree, 'etc/passwd', wanted.owner, wanted.path);
	const gid = idOf(tree, 'etc/group', wanted.group, wanted.path);
	const mode = Number.parseInt(wanted.mode, 8);
	if (wanted.link !== null) {
		const link = {...folderEntry(place, epoch, 0o777), kind: 'symlink', link: wanted.link} as const;
		tree.set({entry: link, owner: null});
	} else if (wanted.content !== undefined) {
		tree.set({entry: fileEntry(place, Buffer.from(wanted.content), {mtime: epoch, mode, uid, gid}), owner: null});
	} else {
		tree.set({entry: folderEntry(tree.resolve(place) ?? place, epoch, mode, uid, gid), owner: null});
	}
}

/** The links that scripts made to it go along: hashed names of a certificate, for one, tell its key. */
function removeWithLinks(tree: Tree, place: string): void {
	const isLinkTo = (path: string, {entry, owner}: TreeNode) =>
		entry.kind === 'symlink' && owner === null && tree.resolve(path) === place;
	const links = [...tree.nodes].filter(([path, node]) => isLinkTo(path, node)).map(([path]) => path);
	tree.remove(place);
	for (const path of links) tree.remove(path);
}

/** A number, or a name of the image's own accounts: passwd(5), group(5). */
function idOf(tree: Tree, file: string, name: string, path: string): number {
	if (/^\d+$/u.test(name)) return Number(name);
	const node = tree.get(file);
	const lines = node === undefined ? [] : contentOf(node.entry).toString('utf8').split('\n');
	const fields = lines.map(line => line.split(':')).find(([first]) => first === name);
	if (fields?.[2] !== undefined) return Number(fields[2]);
	throw new SlipwayError('build', `${path} cannot belong to ${name}: /${file} of the image has no such name.`, {
		hint: 'The starter names an owner that none of its packages makes.',
	});
}

/** The whole content of a file of moderate size. */
export function contentOf(entry: LayerEntry): Buffer {
	if (entry.content === null) return Buffer.alloc(0);
	if (entry.content instanceof Uint8Array) return Buffer.from(entry.content);
	return Buffer.concat([...readFileChunks(entry.content.file, entry.content.offset, entry.size)]);
}
