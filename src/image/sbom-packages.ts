import {SlipwayError} from '../base/errors.ts';
import {isJsonObject} from './read-documents.ts';

/** A Debian package as an image's SPDX document tells of it. Any tool's document will do; ours says the role too. */
export interface SbomPackage {
	readonly name: string;
	readonly version: string;
	readonly architecture: string | null;
	readonly role: string | null;
	/** The auto package that chose it. */
	readonly requestedAs: string | null;
	/** SPDX expression; null if the document does not say. */
	readonly licence: string | null;
	readonly purl: string;
	readonly sha256: string | null;
	readonly installedSizeBytes: number | null;
	/** Names of packages of this document that it depends on. */
	readonly dependencies: readonly string[];
}

/** Packages with a `pkg:deb` purl, by name. Throws `storage` if that is no SPDX document. */
export function readSpdxPackages(content: Uint8Array): readonly SbomPackage[] {
	const document = parse(content);
	const packages = listOf(document['packages']).flatMap(toPackage);
	const nameOf = new Map(packages.map(entry => [entry.id, entry.name]));
	const dependencies = new Map<string, string[]>();
	for (const relation of listOf(document['relationships'])) {
		const name = nameOf.get(stringOf(relation['relatedSpdxElement']) ?? '');
		const from = stringOf(relation['spdxElementId']) ?? '';
		if (relation['relationshipType'] !== 'DEPENDS_ON' || name === undefined) continue;
		dependencies.set(from, [...(dependencies.get(from) ?? []), name]);
	}
	return packages
		.map(({id, ...entry}) => Object.assign(entry, {dependencies: dependencies.get(id) ?? []}))
		.sort((a, b) => (a.name < b.name ? -1 : 1));
}

type JsonObject = Readonly<Record<string, unknown>>;

function parse(content: Uint8Array): JsonObject {
	const wrong = 'Cannot read the SBOM of the image: it is not an SPDX document.';
	try {
		const value: unknown = JSON.parse(new TextDecoder().decode(content));
		if (isJsonObject(value) && typeof value['spdxVersion'] === 'string') return value;
	} catch (cause) {
		throw new SlipwayError('storage', wrong, {hint: 'Build the image again.', cause});
	}
	throw new SlipwayError('storage', wrong, {hint: 'Build the image again.'});
}

function toPackage(entry: JsonObject): readonly (Omit<SbomPackage, 'dependencies'> & {readonly id: string})[] {
	const purl = listOf(entry['externalRefs'])
		.map(reference => stringOf(reference['referenceLocator']))
		.find(locator => locator?.startsWith('pkg:deb/'));
	const [id, name, version] = [entry['SPDXID'], entry['name'], entry['versionInfo']].map(stringOf);
	if (purl === undefined || purl === null || !id || !name || !version) return [];
	const facts = new Map(
		listOf(entry['annotations']).map(annotation => {
			const comment = stringOf(annotation['comment']) ?? '';
			const equals = comment.indexOf('=');
			return [comment.slice(0, equals), comment.slice(equals + 1)] as const;
		}),
	);
	const licence = stringOf(entry['licenseDeclared']);
	const sum = listOf(entry['checksums']).find(checksum => checksum['algorithm'] === 'SHA256');
	const size = Number(facts.get('slipway:installed-size') ?? Number.NaN);
	return [
		{
			id,
			name,
			version,
			architecture: /[?&]arch=([a-z0-9]+)/.exec(purl)?.[1] ?? null,
			role: facts.get('slipway:role') ?? null,
			requestedAs: facts.get('slipway:requested-as') ?? null,
			licence: licence === 'NOASSERTION' || licence === 'NONE' ? null : licence,
			purl,
			sha256: stringOf(sum?.['checksumValue']),
			installedSizeBytes: Number.isFinite(size) ? size : null,
		},
	];
}

function listOf(value: unknown): readonly JsonObject[] {
	return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

function stringOf(value: unknown): string | null {
	return typeof value === 'string' ? value : null;
}
