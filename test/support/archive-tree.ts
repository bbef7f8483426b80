import {createHash} from 'node:crypto';
import {compress, controlParagraph, type Deb} from './deb.ts';
import type {ArchiveKey} from './archive-key.ts';

/** The files of a Debian archive, by path below the server's root: `debian/dists/trixie/InRelease`. */
export type ArchiveTree = ReadonlyMap<string, Uint8Array>;

export interface SuiteOptions {
	readonly suite: string;
	readonly packages: readonly Deb[];
	readonly architectures: readonly string[];
	readonly date: Date;
	readonly validUntil: Date | null;
	readonly key: ArchiveKey;
	/** Changes the Release file before it is signed. */
	readonly editRelease?: (text: string) => string;
}

/** `trixie-security` lives below its own root, as on Debian's servers; every other suite below `debian`. */
export function archiveRootOf(suite: string): string {
	return suite.endsWith('-security') ? 'debian-security' : 'debian';
}

/** Index files, their by-hash copies, InRelease and pool of one suite: the Debian repository format. */
export async function makeSuite(options: SuiteOptions): Promise<ArchiveTree> {
	const {suite, packages, architectures} = options;
	const root = archiveRootOf(suite);
	const tree = new Map<string, Uint8Array>();
	const sums: string[] = [];
	for (const {architecture, packages: own} of byArchitecture(packages, architectures)) {
		const folder = `main/binary-${architecture}`;
		const index = Buffer.from(own.map(deb => packagesParagraph(deb, suite)).join('\n'));
		const files = {
			Packages: index,
			'Packages.gz': compress(index, 'gzip'),
			'Packages.xz': compress(index, 'xz'),
		};
		for (const [name, content] of Object.entries(files)) {
			const hash = sha256(content);
			sums.push(` ${hash} ${content.length} ${folder}/${name}\n`);
			// Debian's servers list the uncompressed index and do not serve it.
			if (name === 'Packages') continue;
			tree.set(`${root}/dists/${suite}/${folder}/${name}`, content);
			tree.set(`${root}/dists/${suite}/${folder}/by-hash/SHA256/${hash}`, content);
		}
	}
	for (const deb of packages) tree.set(`${root}/${poolPath(deb, suite)}`, deb.bytes);
	const release = releaseText(options, sums);
	const text = options.editRelease?.(release) ?? release;
	tree.set(`${root}/dists/${suite}/InRelease`, Buffer.from(await options.key.clearsign(text)));
	return tree;
}

/** Filename of a package's paragraph: below the archive's root. */
export function poolPath(deb: Deb, suite: string): string {
	const source = (deb.fields['Source'] ?? deb.name).replace(/ .*/, '');
	const prefix = source.startsWith('lib') ? source.slice(0, 4) : source.slice(0, 1);
	const area = archiveRootOf(suite) === 'debian' ? deb.poolArea : `updates/${deb.poolArea}`;
	return `pool/${area}/${prefix}/${source}/${deb.fileName}`;
}

/** A package's paragraph in a Packages file. */
export function packagesParagraph(deb: Deb, suite: string): string {
	return controlParagraph({
		...deb.fields,
		Filename: poolPath(deb, suite),
		Size: String(deb.sizeBytes),
		SHA256: deb.sha256,
	});
}

function byArchitecture(packages: readonly Deb[], architectures: readonly string[]) {
	return architectures.map(architecture => ({
		architecture,
		packages: packages.filter(deb => deb.architecture === architecture || deb.architecture === 'all'),
	}));
}

function releaseText({suite, architectures, date, validUntil}: SuiteOptions, sums: readonly string[]): string {
	const isSecurity = suite.endsWith('-security');
	return [
		'Origin: Debian\n',
		`Label: ${isSecurity ? 'Debian-Security' : 'Debian'}\n`,
		`Suite: ${suite}\n`,
		`Codename: ${suite}\n`,
		`Date: ${date.toUTCString().replace('GMT', 'UTC')}\n`,
		...(validUntil ? [`Valid-Until: ${validUntil.toUTCString().replace('GMT', 'UTC')}\n`] : []),
		'Acquire-By-Hash: yes\n',
		// Packages of architecture `all` stand in every architecture's index, as in Debian's own.
		'No-Support-for-Architecture-all: Packages\n',
		`Architectures: all ${architectures.join(' ')}\n`,
		// The security archive names its components with their folder in the old form: `updates/main`.
		`Components: ${isSecurity ? 'updates/main' : 'main'}\n`,
		`Description: test suite ${suite}\n`,
		'SHA256:\n',
		...sums,
	].join('');
}

function sha256(content: Uint8Array): string {
	return createHash('sha256').update(content).digest('hex');
}
