/**
 * src/publish owns the way of an image out of the local store: archives, Docker daemons, registries, and the store
 * served as a registry. Words: destination (where an image goes, in the transport notation of containers-transports(5)),
 * reference (HOST/REPOSITORY:TAG), referrer (an artefact about an image). It builds and changes no image.
 */
import {SlipwayError} from '../base/errors.ts';

export type Destination =
	| {readonly kind: 'oci'; readonly folder: string; readonly tag: string | null}
	| {readonly kind: 'oci-archive'; readonly file: string; readonly tag: string | null}
	| {readonly kind: 'docker-archive'; readonly file: string; readonly reference: string | null}
	| {readonly kind: 'docker-daemon'; readonly reference: string | null}
	| {readonly kind: 'registry'; readonly host: string; readonly repository: string; readonly tag: string | null};

export const transports = ['oci', 'oci-archive', 'docker-archive', 'docker-daemon', 'docker'] as const;

const tagPattern = /^\w[\w.-]{0,127}$/;
/** OCI distribution-spec, "Pulling manifests". */
const repositoryPattern = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const hostPattern = /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?$/;

/** `oci:DIR:TAG`, `oci-archive:FILE`, `docker-archive:FILE[:NAME:TAG]`, `docker-daemon:[NAME:TAG]`, `docker://HOST/REPO[:TAG]` */
export function parseDestination(text: string): Destination {
	const colon = text.indexOf(':');
	const rest = text.slice(colon + 1);
	switch (colon < 0 ? null : text.slice(0, colon)) {
		case 'oci': {
			const [folder, tag] = splitPath(text, rest);
			return {kind: 'oci', folder, tag: checkedTag(tag)};
		}
		case 'oci-archive': {
			const [file, tag] = splitPath(text, rest);
			return {kind: 'oci-archive', file, tag: checkedTag(tag)};
		}
		case 'docker-archive': {
			const [file, reference] = splitPath(text, rest);
			return {kind: 'docker-archive', file, reference: checkedReference(reference)};
		}
		case 'docker-daemon':
			return {kind: 'docker-daemon', reference: rest === '' ? null : checkedReference(rest)};
		case 'docker':
			return parseRegistry(rest);
		default:
			throw new SlipwayError('usage', `${quoted(text)} is not a destination.`, {
				hint: 'Use oci:DIR:TAG, oci-archive:FILE, docker-archive:FILE, docker-daemon: or docker://HOST/REPO:TAG.',
			});
	}
}

/** The notation again, for messages and settings. */
export function formatDestination(destination: Destination): string {
	const suffix = (text: string | null) => (text === null ? '' : `:${text}`);
	switch (destination.kind) {
		case 'oci':
			return `oci:${destination.folder}${suffix(destination.tag)}`;
		case 'oci-archive':
			return `oci-archive:${destination.file}${suffix(destination.tag)}`;
		case 'docker-archive':
			return `docker-archive:${destination.file}${suffix(destination.reference)}`;
		case 'docker-daemon':
			return `docker-daemon:${destination.reference ?? ''}`;
		case 'registry':
			return `docker://${destination.host}/${destination.repository}${suffix(destination.tag)}`;
	}
}

function splitPath(text: string, rest: string): readonly [path: string, reference: string | null] {
	const colon = rest.indexOf(':');
	const path = colon < 0 ? rest : rest.slice(0, colon);
	if (path === '') throw new SlipwayError('usage', `${quoted(text)} names no file or folder.`);
	return [path, colon < 0 ? null : rest.slice(colon + 1)];
}

function parseRegistry(rest: string): Destination {
	const [, host = '', name = ''] = /^\/\/([^/]+)\/(.+)$/.exec(rest) ?? [];
	// As Docker tells a host from the first part of a name: by a dot, a port, or "localhost".
	if (!hostPattern.test(host) || !(/[.:]/.test(host) || host === 'localhost')) {
		throw new SlipwayError('usage', `${quoted(`docker:${rest}`)} names no registry.`, {
			hint: 'Use docker://HOST/REPOSITORY:TAG, docker://registry.example.org/team/php-api:8.4 for example.',
		});
	}
	const [repository = '', tag, ...more] = name.split(':');
	if (!repositoryPattern.test(repository) || more.length > 0 || name.includes('@')) {
		throw new SlipwayError('usage', `${quoted(name)} is not a repository with a tag.`, {
			hint: 'Repositories have lowercase letters, digits, ".", "_", "-" and "/"; a tag stands after ":".',
		});
	}
	return {kind: 'registry', host, repository, tag: checkedTag(tag ?? null)};
}

function checkedTag(tag: string | null): string | null {
	if (tag === null || tagPattern.test(tag)) return tag;
	throw new SlipwayError('usage', `${quoted(tag)} is not a tag.`, {
		hint: 'A tag has at most 128 letters, digits, "_", "." and "-".',
	});
}

/** NAME:TAG, the name perhaps with a host. */
function checkedReference(reference: string | null): string | null {
	if (reference === null) return null;
	const [, name = '', tag = ''] = /^(.+):([^:/]+)$/.exec(reference) ?? [];
	const slash = name.indexOf('/');
	const first = slash < 0 ? '' : name.slice(0, slash);
	const path = /[.:]/.test(first) || first === 'localhost' ? name.slice(slash + 1) : name;
	if (repositoryPattern.test(path) && tagPattern.test(tag) && (path === name || hostPattern.test(first)))
		return reference;
	throw new SlipwayError('usage', `${quoted(reference)} is not NAME:TAG.`, {hint: 'For example team/php-api:8.4'});
}

function quoted(text: string): string {
	return JSON.stringify(text.slice(0, 200));
}
