import {SlipwayError} from '../../base/errors.ts';
import {encodeJson} from '../../image/canonical-json.ts';
import {imageIndex} from '../../image/documents.ts';
import type {ImageStore} from '../../image/image-store.ts';
import {mediaTypes} from '../../image/oci.ts';
import {readIndex} from '../../image/read-documents.ts';
import type {BuiltLine, Engine, LineBuildInput} from '../engine.ts';

/**
 * An engine that builds a line for every platform of its plan, one after the other, and makes one index of all: the
 * images in the composition's order, whatever this host is.
 */
export function everyPlatform(engine: Engine, store: ImageStore): Engine {
	const find = engine.find?.bind(engine);
	return {
		name: engine.name,
		...(find && {
			// One for several platforms is joined anew, from images that are known.
			find: (input: LineBuildInput) => (input.plan.platforms?.length ? Promise.resolve(null) : find(input)),
		}),
		async buildLine(input, reporter) {
			const {platforms = [], ...first} = input.plan;
			if (platforms.length === 0) return engine.buildLine(input, reporter);
			const images: BuiltLine[] = [];
			for (const plan of [first, ...platforms]) {
				const line = plan === first ? input.line : plan.lines.find(candidate => candidate.line === input.line.line);
				// A line that not every platform has is no line of the plan: see join-platforms.ts.
				if (line === undefined)
					throw new SlipwayError('internal', `No ${plan.architecture} plan of ${input.line.line}.`);
				images.push(await engine.buildLine({...input, plan, line, architecture: plan.architecture}, reporter));
			}
			return joinImages(store, images);
		},
	};
}

async function joinImages(store: ImageStore, images: readonly BuiltLine[]): Promise<BuiltLine> {
	const indexes = await Promise.all(images.map(({manifest}) => readIndex(store, manifest)));
	const joined = imageIndex(
		indexes.flatMap(({manifests}) => manifests),
		indexes[0]?.annotations,
	);
	return {
		manifest: await store.put(mediaTypes.index, encodeJson(joined)),
		sizeBytes: images.reduce((sum, {sizeBytes}) => sum + sizeBytes, 0),
		createdAt: Math.max(...images.map(({createdAt}) => createdAt)),
	};
}
