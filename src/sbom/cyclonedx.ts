import {Enums, Models, Serialize, Spec} from '@cyclonedx/cyclonedx-library';
import type {PlannedPackage} from '../plan/plan.ts';
import {contentUuid, hashOf} from './content-hash.ts';
import {bundleFacts, fileFacts, imageFacts, packageFacts, type Facts} from './facts.ts';
import {declaredLicence} from './licences.ts';
import {distributor, parseMaintainer} from './parties.ts';
import {debianVersionOf, debPurl, ociPurl} from './purl.ts';
import {componentsOf, imageTitle, toolVersion, type SbomBundle, type SbomInput} from './sbom-input.ts';
import {isWebAddress} from './spdx.ts';

const {ComponentType, HashAlgorithm, ExternalReferenceType, LifecyclePhase, LicenseAcknowledgement} = Enums;

/** CycloneDX 1.6, as JSON text, by the format's own library. Its serial number follows from its content. */
export function cycloneDxDocument(input: SbomInput): string {
	const bom = new Models.Bom({version: 1});
	const components = componentsOf(input.line);
	const packages = new Map(components.map(entry => [entry.name, toComponent(entry, input)]));
	const bundles = input.bundles.map(toBundle);

	for (const entry of components) {
		const component = packages.get(entry.name);
		for (const name of entry.dependencies) {
			const dependency = packages.get(name);
			if (dependency !== undefined && dependency !== component) component?.dependencies.add(dependency.bomRef);
		}
	}
	const image = toImage(input);
	for (const name of directDependencies(components)) {
		const component = packages.get(name);
		if (component !== undefined) image.dependencies.add(component.bomRef);
	}
	for (const bundle of bundles) image.dependencies.add(bundle.bomRef);

	const {metadata} = bom;
	metadata.timestamp = new Date(input.createdAt * 1000);
	metadata.component = image;
	metadata.authors.add(new Models.OrganizationalContact({name: input.author ?? 'Slipway'}));
	metadata.supplier = new Models.OrganizationalEntity({name: input.author ?? 'Slipway'});
	metadata.lifecycles.add(LifecyclePhase.Build);
	metadata.tools.components.add(new Models.Component(ComponentType.Application, 'slipway', {version: toolVersion()}));
	const system = operatingSystem(input);
	image.dependencies.add(system.bomRef);
	bom.components.add(system);
	for (const component of [...packages.values(), ...bundles]) bom.components.add(component);

	bom.serialNumber = `urn:uuid:${contentUuid(serialize(bom))}`;
	return serialize(bom);
}

function serialize(bom: Models.Bom): string {
	const factory = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
	const text = new Serialize.JsonSerializer(factory).serialize(bom, {sortLists: true, space: 2});
	// The library writes a time with milliseconds; the SBOM's other form has none.
	return text.replace(/("timestamp": "[^"]*)\.000Z"/, '$1Z"');
}

/** What the user or the starter asked for, and whatever else nothing in the image depends on. */
function directDependencies(components: readonly PlannedPackage[]): readonly string[] {
	const needed = new Set(components.flatMap(entry => entry.dependencies.filter(name => name !== entry.name)));
	return components.filter(entry => entry.role === 'added' || !needed.has(entry.name)).map(entry => entry.name);
}

function properties(facts: Facts): Models.PropertyRepository {
	return new Models.PropertyRepository(facts.map(([name, value]) => new Models.Property(name, value)));
}

function toImage(input: SbomInput): Models.Component {
	const component = new Models.Component(ComponentType.Container, input.image, {
		bomRef: `image:${input.image}`,
		version: input.line.version,
		description: imageTitle(input),
		purl: ociPurl(input),
		supplier: new Models.OrganizationalEntity({name: input.author ?? 'Slipway'}),
		properties: properties(imageFacts(input)),
	});
	if (input.manifestDigest !== undefined) {
		component.hashes.set(HashAlgorithm['SHA-256'], input.manifestDigest.replace('sha256:', ''));
	}
	return component;
}

/** Scanners take the distribution from it. */
function operatingSystem({line}: SbomInput): Models.Component {
	return new Models.Component(ComponentType.OperatingSystem, 'debian', {
		bomRef: 'operating-system',
		version: debianVersionOf(line.suite) ?? line.suite,
		supplier: new Models.OrganizationalEntity({name: distributor}),
		properties: properties([['slipway:suite', line.suite]]),
	});
}

function toComponent(entry: PlannedPackage, input: SbomInput): Models.Component {
	const maintainer = parseMaintainer(entry.maintainer);
	const purl = debPurl(entry, input.line.suite);
	const component = new Models.Component(ComponentType.Library, entry.name, {
		bomRef: purl,
		version: entry.version,
		description: entry.summary,
		purl,
		publisher: maintainer.email === null ? maintainer.name : `${maintainer.name} <${maintainer.email}>`,
		supplier: new Models.OrganizationalEntity({name: distributor}),
		hashes: new Models.HashDictionary([[HashAlgorithm['SHA-256'], entry.sha256]]),
		properties: properties([...packageFacts(entry), ['slipway:file', entry.filename]]),
	});
	const licence = declaredLicence(input.copyrights?.get(entry.name) ?? '');
	if (licence !== null) {
		const expression = new Models.LicenseExpression(licence.expression);
		expression.acknowledgement = LicenseAcknowledgement.Declared;
		component.licenses.add(expression);
	}
	if (isWebAddress(entry.homepage)) {
		component.externalReferences.add(new Models.ExternalReference(entry.homepage, ExternalReferenceType.Website));
	}
	return component;
}

function toBundle(bundle: SbomBundle): Models.Component {
	const component = new Models.Component(ComponentType.Data, bundle.name, {
		bomRef: `bundle:${bundle.name}`,
		version: String(bundle.version),
		properties: properties(bundleFacts(bundle)),
	});
	for (const {path, content} of bundle.files) {
		component.components.add(
			new Models.Component(ComponentType.File, path, {
				bomRef: `bundle:${bundle.name}:${path}`,
				hashes: new Models.HashDictionary([[HashAlgorithm['SHA-256'], hashOf('sha256', content)]]),
				properties: properties(fileFacts(bundle, content)),
			}),
		);
	}
	return component;
}
