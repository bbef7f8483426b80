import type {AllServices} from '../app/create-services.ts';
import {SlipwayError} from '../base/errors.ts';
import {hostArchitecture} from '../base/host.ts';
import {mediaTypes, type Descriptor} from '../image/oci.ts';
import {imageManifestsOf} from '../image/read-documents.ts';
import {readSpdxPackages, type SbomPackage} from '../image/sbom-packages.ts';
import {readManifest} from '../image/read-documents.ts';
import {nearestNames} from '../plan/composition/nearest-names.ts';

/** An image of the local store that the user named. */
export interface NamedImage {
	readonly name: string;
	readonly tag: string;
	/** An index or a manifest. */
	readonly descriptor: Descriptor;
	/** The manifest for this host's kind of machine. */
	readonly manifest: Descriptor;
}

/** Finds NAME:TAG, TENANT/NAME:TAG, or NAME alone, which means its tag latest. Throws `not-found` with what is there. */
export async function findImage({store, tenant}: AllServices, reference: string): Promise<NamedImage> {
	const local = reference.startsWith(`${tenant}/`) ? reference.slice(tenant.length + 1) : reference;
	const colon = local.lastIndexOf(':');
	const name = colon < 0 ? local : local.slice(0, colon);
	const tag = colon < 0 ? 'latest' : local.slice(colon + 1);
	if (name === '' || tag === '') {
		throw new SlipwayError('usage', `“${reference}” is not NAME:TAG.`, {hint: 'For example php-api:8.4.'});
	}
	const tagged = await store.list();
	const found = tagged.find(image => image.name === name && image.tag === tag);
	if (!found) throw notFound(reference, name, tag, tagged);
	const manifests = await imageManifestsOf(store, found.descriptor);
	const manifest = manifests.find(({platform}) => platform?.architecture === hostArchitecture()) ?? manifests[0];
	if (!manifest) throw new SlipwayError('storage', `${reference} holds no image.`, {hint: 'Build it again.'});
	return {name, tag, descriptor: found.descriptor, manifest};
}

function notFound(
	reference: string,
	name: string,
	tag: string,
	tagged: readonly {readonly name: string; readonly tag: string}[],
): SlipwayError {
	const tags = tagged.filter(image => image.name === name).map(image => image.tag);
	if (tags.length > 0) {
		const [near] = nearestNames(tag, tags, 1);
		return new SlipwayError('not-found', `${name} has no tag “${tag}”.`, {
			hint: near
				? `Did you mean ${name}:${near}? Its tags are ${tags.join(', ')}.`
				: `Its tags are ${tags.join(', ')}.`,
		});
	}
	const [near] = nearestNames(name, new Set(tagged.map(image => image.name)), 1);
	return new SlipwayError('not-found', `There is no built image “${reference}”.`, {
		hint: near ? `Did you mean ${near}?` : '`slipway images` lists what was built; `slipway build FILE` builds.',
	});
}

/** The document of that media type that was attached to an image when it was built. */
export async function attachedDocument(
	{store}: AllServices,
	{name, tag, manifest}: NamedImage,
	mediaType: string,
): Promise<Uint8Array> {
	for (const referrer of await store.referrers(manifest.digest)) {
		if (referrer.artifactType !== mediaType) continue;
		const [layer] = (await readManifest(store, referrer)).layers;
		if (layer) return store.read(layer.digest);
	}
	throw new SlipwayError('not-found', `${name}:${tag} has no document of type ${mediaType}.`, {
		hint: `Build it again: \`slipway build ${name}\`.`,
	});
}

export async function packagesOf(services: AllServices, image: NamedImage): Promise<readonly SbomPackage[]> {
	return readSpdxPackages(await attachedDocument(services, image, mediaTypes.spdx));
}
