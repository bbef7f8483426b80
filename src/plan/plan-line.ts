import type {StarterLine} from '../catalog/starter.ts';
import type {PackageId, PackageIndex} from '../repository/package-index.ts';
import type {Composition, RequestedPackage} from './composition.ts';
import {explainConflict} from './explain-conflict.ts';
import type {FamilyChoices} from './families.ts';
import {imageConfigOf} from './image-config.ts';
import type {LinePlan, PackageRole, PlannedBundle} from './plan.ts';
import {plannedPackage} from './planned-package.ts';
import type {RootRequest} from './resolver/requirement.ts';
import {resolve} from './resolver/resolve.ts';
import {universeOf} from './resolver/universe.ts';
import type {Universe} from './resolver/universe.ts';
import {runtimeClosure} from './runtime-closure.ts';
import {starterClosure} from './starter-closure.ts';
import type {StarterClosure} from './starter-closure.ts';

export interface LineRequest {
	readonly composition: Composition;
	readonly line: StarterLine;
	readonly index: PackageIndex;
	readonly families: FamilyChoices;
	readonly bundles?: readonly PlannedBundle[];
	readonly signal?: AbortSignal | undefined;
}

/** An added package as this line takes it. */
interface Addition {
	readonly root: RootRequest;
	/** `php-curl-auto` */
	readonly requestedAs: string | null;
}

/**
 * Plans one line: the starter's closure first, then what is added over it. A line that cannot be says why, without
 * suggestions; tags come when all lines are known.
 */
export function planLine(request: LineRequest): LinePlan {
	const {composition, line, index, families, signal} = request;
	const blank = blankLine(request);
	const {additions, skippedAutos} = additionsOf(composition.packages, request);
	const missing = additions.find(
		({root}) =>
			root.version !== null && !index.packagesNamed(root.name).some(id => index.versionOf(id) === root.version),
	);
	if (missing !== undefined) {
		const {name, version} = missing.root;
		const reason = `${index.release} does not have ${name} ${version ?? ''}, to which the composition pins it.`;
		return {...blank, status: 'skipped', reason, skippedAutos};
	}
	const universe = universeOf(index);
	const closure = starterClosure(index, line, composition.variant, signal);
	const setting = {
		starter: `${composition.starter} ${line.line}`,
		release: index.release,
		requestedAs: new Map(
			additions.flatMap(({root, requestedAs}) => (requestedAs === null ? [] : [[root.name, requestedAs]])),
		),
	};
	if (closure.kind === 'conflict') {
		return {...blank, skippedAutos, conflict: explainConflict(universe, closure.core, setting)};
	}
	const resolution = resolve({index, roots: additions.map(({root}) => root), given: closure.packages, signal});
	if (resolution.kind === 'conflict') {
		return {...blank, skippedAutos, conflict: explainConflict(universe, resolution.core, setting)};
	}
	const packages = placePackages(universe, composition, closure, additions, resolution.packages);
	const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);
	return {
		...blank,
		status: 'ok',
		packages,
		skippedAutos,
		installedSizeBytes: sum(packages.filter(({inImage}) => inImage).map(({installedSize}) => installedSize)),
		downloadSizeBytes: sum(packages.map(({downloadSize}) => downloadSize)),
	};

	function additionsOf(packages: readonly RequestedPackage[], {line, index}: LineRequest) {
		const additions: Addition[] = [];
		const skippedAutos: string[] = [];
		for (const {name, version} of packages) {
			if (!families.isAuto(name)) {
				additions.push({root: {name, version, origin: 'added'}, requestedAs: null});
				continue;
			}
			const member = families.chooseAutoMember(name, line, index);
			if (member === null) skippedAutos.push(name);
			else additions.push({root: {name: member, version, origin: 'added'}, requestedAs: name});
		}
		return {additions, skippedAutos};
	}
}

/** A line that is not planned, because the composition or the state of the repository leaves it out. */
export function skippedLine(request: Omit<LineRequest, 'index'>, reason: string): LinePlan {
	return {...blankLine({...request, index: null}), status: 'skipped', reason};
}

function blankLine({
	composition,
	line,
	index,
	bundles = [],
}: Omit<LineRequest, 'index'> & {readonly index: PackageIndex | null}): LinePlan {
	return {
		line: line.line,
		suite: line.suite,
		version: line.version,
		status: 'conflict',
		tags: [],
		packages: [],
		skippedAutos: [],
		conflict: null,
		reason: null,
		primaryPackage: line.primaryPackage,
		starterRoots: composition.variant === 'dev' ? [...line.packages, ...line.devPackages] : line.packages,
		config: imageConfigOf(line, composition),
		paths: line.paths,
		tests: composition.tests,
		bundles,
		repositoryDigest: index?.digest ?? '',
		installedSizeBytes: 0,
		downloadSizeBytes: 0,
	};
}

function placePackages(
	universe: Universe,
	{variant}: Composition,
	closure: Extract<StarterClosure, {kind: 'ok'}>,
	additions: readonly Addition[],
	added: readonly PackageId[],
) {
	const ofStarter = new Set(closure.packages);
	const present = new Set([...closure.packages, ...added]);
	const roots = new Map<PackageId, Addition>();
	for (const addition of additions) {
		const id = rootIn(universe, addition.root, present);
		if (id !== undefined) roots.set(id, addition);
	}
	const brought =
		variant === 'dev' ? new Set(added) : runtimeClosure(universe, present, [...roots.keys()], closure.inImage);
	return [...closure.packages, ...added].map(id => {
		const inStarterImage = closure.inImage.has(id);
		const inImage = inStarterImage || brought.has(id);
		const root = roots.get(id);
		const role: PackageRole =
			root !== undefined ? 'added' : inStarterImage ? 'starter' : inImage ? 'dependency' : 'build-only';
		const inStarter = ofStarter.has(id);
		const place = {
			role,
			requestedAs: root?.requestedAs ?? null,
			inImage,
			inStarter,
			isPromoted: inStarter && inImage && !inStarterImage,
		};
		return plannedPackage(universe, id, place, present);
	});
}

/** The package that meets a root: of that name, or one that provides it. */
function rootIn(universe: Universe, {name}: RootRequest, present: ReadonlySet<PackageId>): PackageId | undefined {
	const real = universe.index.packagesNamed(name);
	const options = real.length > 0 ? real : universe.targetsOf({name, qualifier: null, operator: null, version: null});
	return options.find(id => present.has(id));
}
