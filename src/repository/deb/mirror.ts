import {SlipwayError} from '../../base/errors.ts';
import {safeText} from '../../base/safe-text.ts';
import type {AptSource} from './apt-sources.ts';
import {debianReleases, type Archive} from './releases.ts';
import {publicUrl} from './transport.ts';

/** Where packages come from. Roots are tried in order; the first that has a suite serves it. */
export interface Mirror {
	/** Roots without a trailing slash, possibly with credentials. */
	readonly roots: Readonly<Record<Archive, readonly string[]>>;
	readonly origin: 'named' | 'apt sources' | 'Debian primary archive';
}

export interface MirrorWishes {
	/** --mirror, SLIPWAY_DEBIAN_MIRROR or the setting: an archive root; a second one, behind a space, for security suites. */
	readonly mirror: string | null;
	readonly sources: readonly AptSource[];
}

const primaryArchive = 'http://ftp.debian.org/debian';

/**
 * The mirror to use: a named one, else the Debian archive among the host's apt sources, else the primary archive.
 * Throws `bad-input` for a name that is no http address.
 */
export function chooseMirror({mirror, sources}: MirrorWishes): Mirror {
	const own = {main: debianRoots(sources, 'main'), security: debianRoots(sources, 'security')};
	if (mirror !== null) {
		const [main, security] = mirror
			.split(/[\s,]+/)
			.filter(word => word !== '')
			.map(rootOf);
		if (main === undefined) throw noAddress(mirror);
		const roots = security === undefined ? unique([...securityRootsBeside(main), ...own.security]) : [security];
		return {roots: {main: [main], security: roots}, origin: 'named'};
	}
	const [main] = own.main;
	if (main === undefined) {
		return {
			roots: {main: [primaryArchive], security: securityRootsBeside(primaryArchive)},
			origin: 'Debian primary archive',
		};
	}
	const security = [...own.security, ...securityRootsBeside(main), ...securityRootsBeside(primaryArchive)];
	return {roots: {main: [main], security: unique(security)}, origin: 'apt sources'};
}

/** Mirrors keep the security archive beside the main one (debian, debian-security), or merged into it. */
function securityRootsBeside(main: string): readonly string[] {
	// A host without a path has no folder that another could stand beside.
	return new URL(main).pathname === '/' ? [main] : [`${main}-security`, main];
}

/** Archive roots of Debian itself among the sources. Others that serve suites of the same name are third parties. */
function debianRoots(sources: readonly AptSource[], archive: Archive): readonly string[] {
	return unique(
		sources
			.filter(source => /^https?:\/\//.test(source.uri) && source.components.includes('main') && isDebian(source))
			.filter(source => source.suites.some(suite => archiveOf(suite) === archive))
			.map(source => rootOf(source.uri)),
	);
}

/** Suites of Debian's main archive that Slipway does not offer, but that tell where the archive is. */
const otherSuites = new Set(['stable', 'oldstable', 'oldoldstable', 'testing', 'unstable', 'sid', 'bullseye']);

/** The archive that a suite of Debian belongs to; null for suites of others, and for backports and the like. */
function archiveOf(suite: string): Archive | null {
	const match = /^([a-z]+)(-updates|-security|\/updates)?\/?$/.exec(suite);
	const name = match?.[1] ?? '';
	if (!otherSuites.has(name) && !debianReleases.some(({release}) => release === name)) return null;
	return match?.[2] === '-security' || match?.[2] === '/updates' ? 'security' : 'main';
}

/** By the keyring where one is named; else by the archive's customary path, which third parties rarely have. */
function isDebian(source: AptSource): boolean {
	if (source.signedBy !== '') return /debian-archive/.test(source.signedBy);
	const {hostname, pathname} = new URL(source.uri);
	return /(?:^|\.)debian\.org$/.test(hostname) || /(?:^|\/)debian(?:-security)?\/?$/.test(pathname);
}

function rootOf(address: string): string {
	if (!/^https?:\/\//.test(address) || !URL.canParse(address)) throw noAddress(address);
	return address.replace(/\/+$/, '');
}

function noAddress(text: string): SlipwayError {
	return new SlipwayError('bad-input', `The mirror \`${safeText(publicUrl(text))}\` is not an http or https address.`, {
		hint: 'Name the root of a Debian archive, for example http://mirror.example/debian.',
	});
}

function unique(list: readonly string[]): readonly string[] {
	return [...new Set(list)];
}
