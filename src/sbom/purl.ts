import type {PlannedPackage} from '../plan/plan.ts';
import {compare, type SbomInput} from './sbom-input.ts';

/** VERSION_ID of os-release(5), which scanners match the advisories of. Testing has none until it is released. */
const debianVersions: Readonly<Record<string, string>> = {
	buster: '10',
	bullseye: '11',
	bookworm: '12',
	trixie: '13',
	forky: '14',
};

export function debianVersionOf(release: string): string | null {
	return debianVersions[release] ?? null;
}

/** `pkg:deb/debian/curl@8.14.1-2%2Bdeb13u2?arch=amd64&distro=debian-13` (purl-spec, types/deb). */
export function debPurl(entry: PlannedPackage, release: string): string {
	const hasOwnSource = entry.source === entry.name && entry.sourceVersion === entry.version;
	return purl('deb', ['debian', entry.name], entry.version, {
		arch: entry.architecture,
		distro: `debian-${debianVersionOf(release) ?? release}`,
		...(hasOwnSource ? {} : {upstream: `${entry.source}@${entry.sourceVersion}`}),
	});
}

/** `pkg:oci/php-api@sha256%3A…?arch=amd64&tag=8.4.11` (purl-spec, types/oci); without a digest, only a name. */
export function ociPurl(input: SbomInput): string {
	return purl('oci', [input.image], input.manifestDigest ?? null, {arch: input.architecture, tag: input.line.version});
}

function purl(
	type: string,
	path: readonly string[],
	version: string | null,
	qualifiers: Readonly<Record<string, string>>,
): string {
	const query = Object.entries(qualifiers)
		.sort(([a], [b]) => compare(a, b))
		.map(([key, value]) => `${key}=${encode(value)}`)
		.join('&');
	// purl-spec: a colon stays in a Debian version (epoch), but is encoded in an OCI digest.
	const encodedVersion = type === 'deb' ? encode(version ?? '').replaceAll('%3A', ':') : encode(version ?? '');
	return `pkg:${type}/${path.map(encode).join('/')}${version === null ? '' : `@${encodedVersion}`}?${query}`;
}

/** Percent-encoding of purl-spec: all but letters, digits, ".", "-", "_" and "~". */
function encode(text: string): string {
	return encodeURIComponent(text).replace(
		/[!'()*]/g,
		character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
	);
}
