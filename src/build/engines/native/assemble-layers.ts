import {mediaTypes} from '../../../image/oci.ts';
import type {LineBuildInput, PhaseReporter} from '../../engine.ts';
import type {StoredLayer} from '../../store-image.ts';
import {configuredTree, type ConfiguredStage} from './configured-tree.ts';
import type {ConfiguredLine} from './configure-line.ts';
import {finishTree} from './finish-tree.ts';
import {imageTree} from './image-tree.ts';
import type {LayerCache} from './layer-cache.ts';
import {differenceOf, partsOf} from './layer-parts.ts';
import {addBundles} from './add-bundles.ts';
import type {PreparedSegments} from './prepare-segments.ts';
import type {SegmentCache} from './segment-cache.ts';
import {stageKeyOf} from './stages.ts';
import type {Tree} from './tree.ts';

/** Changes whenever the same stages would give other layers. */
export const layerFormat = 4;

interface AssembleInput {
	readonly input: LineBuildInput;
	readonly reporter: PhaseReporter;
	readonly prepared: PreparedSegments;
	readonly configured: ConfiguredLine;
	readonly segments: SegmentCache;
	readonly layers: LayerCache;
}

interface LayerPlan {
	readonly title: string;
	/** Stages whose files this layer is the first to have. */
	readonly stages: readonly ConfiguredStage[];
	/** SHA-256 of the packages that the image has from here on. */
	readonly inImage: ReadonlySet<string>;
	readonly hasBundles: boolean;
}

/** Phase `assemble`: the layers of the image, lowest first. A layer that any image has had before is not made again. */
export function assembleLayers(parts: AssembleInput): Promise<readonly StoredLayer[]> {
	const {input, reporter, configured, layers} = parts;
	return reporter.phase('assemble', async report => {
		const trees = new Map<number, Tree>();
		const plans = layerPlans(input, configured);
		const treeOf = (number: number): Tree => {
			const known = trees.get(number) ?? makeTree(parts, plans.slice(0, number + 1));
			trees.set(number, known);
			return known;
		};
		const stored: StoredLayer[] = [];
		let isCached = true;
		let key = stageKeyOf('layers', layerFormat, input.plan.variant, input.line.paths);
		for (const [number, plan] of plans.entries()) {
			key = stageKeyOf(
				key,
				plan.stages.map(({stage}) => stage.key),
				[...plan.inImage].sort(),
				bundleKey(input, plan),
			);
			let written = await layers.find(key);
			if (written === null) {
				isCached = false;
				const content = differenceOf(number === 0 ? null : treeOf(number - 1), treeOf(number));
				const all = plans.slice(0, number + 1).flatMap(({stages}) => stages.flatMap(({segments}) => segments));
				const made = await partsOf(
					content,
					all,
					sha256 => parts.segments.folderOf(sha256),
					sha256 => parts.segments.member(sha256, input.signal),
				);
				written = await layers.write(key, made, input.signal);
			}
			report.progress(number + 1, plans.length, 'layers');
			if (written === 'empty') continue;
			const descriptor = {mediaType: mediaTypes.layerGzip, digest: written.digest, size: written.sizeBytes};
			stored.push({descriptor, diffId: written.diffId, createdBy: `slipway: ${plan.title}`});
		}
		if (isCached) report.cached();
		return stored;
	});
}

function layerPlans({plan, line, bundles}: LineBuildInput, configured: ConfiguredLine): readonly LayerPlan[] {
	const shas = (wanted: (role: string) => boolean) =>
		new Set(line.packages.filter(({inImage, role}) => inImage && wanted(role)).map(({sha256}) => sha256));
	const all = shas(() => true);
	return [
		{
			title: `${plan.starter} ${line.line}`,
			stages: configured.starter,
			// A package that the starter only builds with, and the composition asks for, comes with the next layer.
			inImage: shas(role => role === 'starter'),
			hasBundles: false,
		},
		{title: 'added packages', stages: configured.added, inImage: all, hasBundles: false},
		...(bundles.length === 0
			? []
			: [{title: `file bundles ${named(bundles)}`, stages: configured.certificates, inImage: all, hasBundles: true}]),
	];
}

/** In the image's own history, so that it tells which versions it has wherever it goes. */
const named = (bundles: LineBuildInput['bundles']) => bundles.map(({name, version}) => `${name} ${version}`).join(', ');

function makeTree({input, prepared, segments}: AssembleInput, plans: readonly LayerPlan[]): Tree {
	const last = plans.at(-1);
	const stages = plans.flatMap(plan => plan.stages);
	const configured = configuredTree(stages, sha256 => segments.folderOf(sha256));
	const all = stages.flatMap(stage => stage.segments.flatMap(({sha256}) => prepared.get(sha256) ?? []));
	const inImage = last?.inImage ?? new Set<string>();
	const tree = imageTree({configured, segments: all, inImage});
	// The starter's own paths belong to its layer, in every later tree, too, with the same time.
	const epoch = plans[0]?.stages.at(-1)?.epoch ?? 0;
	finishTree(tree, {
		variant: input.plan.variant,
		suite: input.line.suite,
		segments: all,
		inImage,
		paths: input.line.paths,
		epoch,
		configured,
	});
	if (last?.hasBundles) addBundles(tree, input.bundles, stages.at(-1)?.epoch ?? epoch);
	return tree;
}

function bundleKey({bundles}: LineBuildInput, plan: LayerPlan): unknown {
	if (!plan.hasBundles) return null;
	return bundles.map(({name, version, kind, files}) => [
		name,
		version,
		kind,
		files.map(({path, mode, uid, gid, content}) => [
			path,
			mode,
			uid,
			gid,
			stageKeyOf(Buffer.from(content).toString('base64')),
		]),
	]);
}
