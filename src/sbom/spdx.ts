import type {PlannedPackage} from '../plan/plan.ts';
import {contentUuid, hashOf} from './content-hash.ts';
import {bundleFacts, fileFacts, imageFacts, packageFacts, type Facts} from './facts.ts';
import {declaredLicence} from './licences.ts';
import {distributor, parseMaintainer, spdxParty} from './parties.ts';
import {debianVersionOf, debPurl, ociPurl} from './purl.ts';
import {
	compare,
	componentsOf,
	imageTitle,
	timestamp,
	toolVersion,
	type SbomBundle,
	type SbomInput,
} from './sbom-input.ts';
import type {SpdxAnnotation, SpdxDocument, SpdxFile, SpdxPackage, SpdxRelationship} from './spdx-document.ts';

const imageId = 'SPDXRef-Image';
const systemId = 'SPDXRef-OperatingSystem';
const unknown = 'NOASSERTION';

/**
 * SPDX 2.3, as JSON. The document describes the image, the image contains packages and bundles, packages depend on
 * packages, bundles contain files. Its namespace follows from its content.
 */
export function spdxDocument(input: SbomInput): SpdxDocument {
	const annotate = annotator(input);
	const references = new Map<string, {readonly name: string; readonly of: string}>();
	const components = componentsOf(input.line);
	const bundles = input.bundles.map(bundle => spdxBundle(bundle, annotate));

	const body = {
		spdxVersion: 'SPDX-2.3',
		dataLicense: 'CC0-1.0',
		SPDXID: 'SPDXRef-DOCUMENT',
		name: imageTitle(input),
		creationInfo: {
			created: timestamp(input.createdAt),
			creators: [`Tool: slipway-${toolVersion()}`, `Organization: ${input.author ?? 'Slipway'}`],
		},
		packages: [
			spdxImage(input, annotate),
			spdxSystem(input),
			...components.map(entry => spdxPackage(entry, input, annotate, references)),
			...bundles.map(bundle => bundle.package),
		],
		files: bundles.flatMap(bundle => bundle.files),
		relationships: [
			relation('SPDXRef-DOCUMENT', 'DESCRIBES', imageId),
			relation(imageId, 'CONTAINS', systemId),
			...components.map(entry => relation(imageId, 'CONTAINS', packageId(entry.name))),
			...bundles.map(bundle => relation(imageId, 'CONTAINS', bundle.package.SPDXID)),
			...dependencyRelations(components),
			...bundles.flatMap(bundle => bundle.files.map(file => relation(bundle.package.SPDXID, 'CONTAINS', file.SPDXID))),
		],
		hasExtractedLicensingInfos: [...references]
			.sort(([a], [b]) => compare(a, b))
			.map(([licenseId, {name, of}]) => ({
				licenseId,
				name,
				extractedText: `Called "${name}" in /usr/share/doc/${of}/copyright of the image.`,
			})),
	} as const;
	const uuid = contentUuid(JSON.stringify(body));
	return {...body, documentNamespace: `https://spdx.org/spdxdocs/slipway-${input.image}-${input.line.line}-${uuid}`};
}

type Annotate = (facts: Facts) => readonly SpdxAnnotation[];

function annotator(input: SbomInput): Annotate {
	return facts =>
		facts.map(([name, value]) => ({
			annotationType: 'OTHER',
			annotator: `Tool: slipway-${toolVersion()}`,
			annotationDate: timestamp(input.createdAt),
			comment: `${name}=${value}`,
		}));
}

function relation(from: string, type: SpdxRelationship['relationshipType'], to: string): SpdxRelationship {
	return {spdxElementId: from, relationshipType: type, relatedSpdxElement: to};
}

function dependencyRelations(components: readonly PlannedPackage[]): readonly SpdxRelationship[] {
	const names = new Set(components.map(entry => entry.name));
	return components.flatMap(entry =>
		[...new Set(entry.dependencies)]
			.filter(name => names.has(name) && name !== entry.name)
			.sort()
			.map(name => relation(packageId(entry.name), 'DEPENDS_ON', packageId(name))),
	);
}

/** Package names have a–z 0–9 + - . (deb-control(5)); an SPDX identifier has no "+". */
function packageId(name: string): string {
	return `SPDXRef-Package-${name.replaceAll('+', '.P')}`;
}

function spdxImage(input: SbomInput, annotate: Annotate): SpdxPackage {
	return {
		SPDXID: imageId,
		name: input.image,
		versionInfo: input.line.version,
		supplier: `Organization: ${input.author ?? 'Slipway'}`,
		downloadLocation: unknown,
		filesAnalyzed: false,
		licenseConcluded: unknown,
		licenseDeclared: unknown,
		copyrightText: unknown,
		primaryPackagePurpose: 'CONTAINER',
		...(input.manifestDigest === undefined
			? {}
			: {checksums: [{algorithm: 'SHA256', checksumValue: input.manifestDigest.replace('sha256:', '')}]}),
		externalRefs: [{referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: ociPurl(input)}],
		annotations: annotate(imageFacts(input)),
	};
}

function spdxSystem({line}: SbomInput): SpdxPackage {
	return {
		SPDXID: systemId,
		name: 'debian',
		versionInfo: debianVersionOf(line.suite) ?? line.suite,
		supplier: `Organization: ${distributor}`,
		downloadLocation: unknown,
		filesAnalyzed: false,
		licenseConcluded: unknown,
		licenseDeclared: unknown,
		copyrightText: unknown,
		// With an underscore in the JSON schema, unlike in clause 7.24.
		primaryPackagePurpose: 'OPERATING_SYSTEM',
	};
}

function spdxPackage(
	entry: PlannedPackage,
	input: SbomInput,
	annotate: Annotate,
	references: Map<string, {readonly name: string; readonly of: string}>,
): SpdxPackage {
	const licence = declaredLicence(input.copyrights?.get(entry.name) ?? '');
	for (const [id, name] of licence?.references ?? [])
		if (!references.has(id)) references.set(id, {name, of: entry.name});
	return {
		SPDXID: packageId(entry.name),
		name: entry.name,
		versionInfo: entry.version,
		// The archive's path, without the host of whichever mirror it came from.
		packageFileName: entry.filename,
		supplier: `Organization: ${distributor}`,
		originator: spdxParty(parseMaintainer(entry.maintainer)),
		downloadLocation: unknown,
		filesAnalyzed: false,
		checksums: [{algorithm: 'SHA256', checksumValue: entry.sha256}],
		...(isWebAddress(entry.homepage) ? {homepage: entry.homepage} : {}),
		sourceInfo: `Built from the source package ${entry.source} ${entry.sourceVersion}; from the suite ${entry.suite}.`,
		licenseConcluded: unknown,
		licenseDeclared: licence?.expression ?? unknown,
		copyrightText: unknown,
		summary: entry.summary,
		externalRefs: [
			{
				referenceCategory: 'PACKAGE-MANAGER',
				referenceType: 'purl',
				referenceLocator: debPurl(entry, input.line.suite),
			},
		],
		annotations: annotate(packageFacts(entry)),
	};
}

export function isWebAddress(text: string | null): text is string {
	return text !== null && URL.canParse(text) && /^(?:https?|ftp):/.test(text);
}

interface BundleElements {
	readonly package: SpdxPackage;
	readonly files: readonly SpdxFile[];
}

function spdxBundle(bundle: SbomBundle, annotate: Annotate): BundleElements {
	const files = bundle.files.map(({path, content}): SpdxFile => ({
		SPDXID: `SPDXRef-File-${bundle.name}-${hashOf('sha256', path).slice(0, 16)}`,
		fileName: `.${path}`,
		// SHA-1 is mandatory for files (SPDX 2.3, clause 8.4).
		checksums: [
			{algorithm: 'SHA1', checksumValue: hashOf('sha1', content)},
			{algorithm: 'SHA256', checksumValue: hashOf('sha256', content)},
		],
		licenseConcluded: unknown,
		licenseInfoInFiles: [unknown],
		copyrightText: unknown,
		...(bundle.kind === 'certificates' ? {annotations: annotate(fileFacts(bundle, content))} : {}),
	}));
	return {
		files,
		package: {
			SPDXID: `SPDXRef-Bundle-${bundle.name}`,
			name: bundle.name,
			versionInfo: String(bundle.version),
			supplier: unknown,
			downloadLocation: unknown,
			filesAnalyzed: true,
			packageVerificationCode: {packageVerificationCodeValue: verificationCode(files)},
			licenseConcluded: unknown,
			licenseDeclared: unknown,
			licenseInfoFromFiles: [unknown],
			copyrightText: unknown,
			primaryPackagePurpose: 'OTHER',
			hasFiles: files.map(file => file.SPDXID),
			annotations: annotate(bundleFacts(bundle)),
		},
	};
}

/** SPDX 2.3, clause 7.9: SHA-1 over the sorted SHA-1s of the files. */
function verificationCode(files: readonly SpdxFile[]): string {
	const sums = files.flatMap(file =>
		file.checksums.filter(sum => sum.algorithm === 'SHA1').map(sum => sum.checksumValue),
	);
	return hashOf('sha1', sums.sort().join(''));
}
