import {SlipwayError} from '../base/errors.ts';
import type {TaggedImage} from '../image/image-store.ts';
import type {Descriptor} from '../image/oci.ts';
import {parseDestination} from './destination.ts';
import {exportImage, type ExportInput, type ExportResult} from './export-image.ts';
import {mutableTags} from './mutable-tags.ts';

export interface PublishInput extends Omit<ExportInput, 'tag' | 'moreTags' | 'destination'> {
	readonly destination: string;
	/** Tags to publish; without any, every tag of the image that moves from build to build. */
	readonly tags?: readonly string[];
}

/**
 * Publishes several tags of an image under their own names. In a registry they move together, when everything that they
 * name is there; a daemon and a folder get one image after the other. Throws `usage` for a destination of one tag.
 */
export async function publishTags(input: PublishInput): Promise<readonly ExportResult[]> {
	const destination = parseDestination(input.destination);
	const tagged = await input.store.list(input.name);
	const wanted = input.tags ?? mutableTags(tagged);
	const groups = groupsOf(input.name, tagged, wanted);
	switch (destination.kind) {
		case 'registry': {
			if (destination.tag !== null && wanted.length > 1) throw namesOne(input.destination, wanted);
			const [tag = '', ...moreTags] = wanted;
			return [await exportImage({...input, destination, tag, moreTags})];
		}
		case 'docker-daemon':
		case 'oci': {
			const own = destination.kind === 'oci' ? destination.tag : destination.reference;
			if (own !== null && wanted.length > 1) throw namesOne(input.destination, wanted);
			const results: ExportResult[] = [];
			for (const tags of destination.kind === 'oci' ? wanted.map(tag => [tag]) : groups) {
				const [tag = '', ...moreTags] = tags;
				results.push(await exportImage({...input, destination, tag, moreTags}));
			}
			return results;
		}
		case 'docker-archive':
		case 'oci-archive': {
			const [tags = [], ...others] = groups;
			if (others.length > 0 || (destination.kind === 'oci-archive' && wanted.length > 1)) {
				throw namesOne(input.destination, wanted);
			}
			const [tag = '', ...moreTags] = tags;
			return [await exportImage({...input, destination, tag, moreTags})];
		}
	}
}

/** Tags by the image that they name. */
function groupsOf(
	name: string,
	tagged: readonly TaggedImage[],
	wanted: readonly string[],
): readonly (readonly string[])[] {
	const found = new Map<string, Descriptor>(tagged.map(({tag, descriptor}) => [tag, descriptor]));
	const missing = wanted.find(tag => !found.has(tag));
	if (missing !== undefined || wanted.length === 0) {
		throw new SlipwayError(
			'not-found',
			`There is no image ${name}${missing ? `:${missing}` : ''} in the local store.`,
			{
				hint: `Build it: slipway build ${name}`,
			},
		);
	}
	return [...Map.groupBy(wanted, tag => found.get(tag)?.digest ?? '').values()];
}

function namesOne(destination: string, tags: readonly string[]): SlipwayError {
	return new SlipwayError('usage', `${destination} holds one tag, and these are ${tags.join(', ')}.`, {
		hint: 'Leave the tag out of the destination, or use docker-daemon:, oci:DIR or docker://HOST/REPOSITORY.',
	});
}
