import {cycloneDxDocument} from './cyclonedx.ts';
import {provenanceStatement, provenanceType} from './provenance.ts';
import {timestamp, type SbomInput} from './sbom-input.ts';
import {spdxDocument} from './spdx.ts';

/** A document to be stored as an artefact whose subject is the image. */
export interface DocumentToAttach {
	readonly artifactType: string;
	readonly mediaType: string;
	readonly content: Uint8Array;
	readonly annotations: Readonly<Record<string, string>>;
}

export const documentTypes = {
	spdx: 'application/spdx+json',
	cyclonedx: 'application/vnd.cyclonedx+json',
	provenance: 'application/vnd.in-toto+json',
} as const;

/** SPDX, CycloneDX and provenance of a finished image. The same input gives the same bytes. */
export function attachedDocuments(input: SbomInput & {readonly manifestDigest: string}): readonly DocumentToAttach[] {
	const created = {'org.opencontainers.image.created': timestamp(input.createdAt)};
	const encode = (text: string) => new TextEncoder().encode(`${text}\n`);
	const attach = (type: string, text: string, annotations: Readonly<Record<string, string>>) => ({
		artifactType: type,
		mediaType: type,
		content: encode(text),
		annotations: {...created, ...annotations},
	});
	return [
		attach(documentTypes.spdx, JSON.stringify(spdxDocument(input), null, 2), {
			'org.opencontainers.image.title': 'sbom.spdx.json',
		}),
		attach(documentTypes.cyclonedx, cycloneDxDocument(input), {'org.opencontainers.image.title': 'sbom.cdx.json'}),
		attach(documentTypes.provenance, JSON.stringify(provenanceStatement(input), null, 2), {
			'org.opencontainers.image.title': 'provenance.intoto.json',
			// As BuildKit marks its attestations.
			'in-toto.io/predicate-type': provenanceType,
		}),
	];
}
