import type {StarterLine} from '../catalog/starter.ts';
import type {PackageIndex} from '../repository/package-index.ts';
import type {Composition, RequestedPackage} from './composition.ts';
import {explainConflict} from './explain-conflict.ts';
import type {FamilyChoices} from './families.ts';
import {imageConfigOf} from './image-config.ts';
import {additionsFor, resolveLine} from './line-resolution.ts';
import type {Addition} from './line-resolution.ts';
import type {LinePlan, PlannedBundle, PlannedPackage} from './plan.ts';
import type {RootRequest} from './resolver/requirement.ts';
import {universeOf} from './resolver/universe.ts';

export interface LineRequest {
	readonly composition: Composition;
	readonly line: StarterLine;
	readonly index: PackageIndex;
	readonly families: FamilyChoices;
	readonly bundles?: readonly PlannedBundle[];
	/** What a pinned version makes of a line that does not have it; it leaves the line out unless said. */
	readonly missingPin?: 'skips' | 'conflicts';
	readonly signal?: AbortSignal | undefined;
}

/**
 * Plans one line: the starter's closure first, then what is added over it. A line that cannot be says why, without
 * suggestions; tags come when all lines are known.
 */
export function planLine(request: LineRequest): LinePlan {
	const {composition, line, index, families, missingPin = 'skips', signal} = request;
	const {variant} = composition;
	const {additions, skippedAutos} = additionsFor(composition.packages, families, line, index);
	const blank = {...blankLine(request), skippedAutos};
	const reason = missingPin === 'skips' ? whyPinSkips(additions, index) : null;
	if (reason !== null) return {...blank, status: 'skipped', reason};
	const resolution = resolveLine({line, variant, additions, index, signal});
	if (resolution.kind === 'conflict') {
		const autos = additions.flatMap(({root, requestedAs}) =>
			requestedAs === null ? [] : [[root.name, requestedAs] as const],
		);
		const setting = {
			starter: `${composition.starter} ${line.line}`,
			release: index.release,
			requestedAs: new Map(autos),
		};
		return {...blank, conflict: explainConflict(universeOf(index), resolution.core, setting)};
	}
	const packages = resolution.packages();
	return {...blank, status: 'ok', packages, ...sizesOf(packages)};
}

/**
 * Added packages of which at least one has to change before a line can be built: those of a minimal core, or the pins that the
 * release does not have. Null if it can be built as it is.
 */
export function obstaclesOf({
	composition,
	line,
	index,
	families,
	signal,
}: LineRequest): readonly RequestedPackage[] | null {
	const {additions} = additionsFor(composition.packages, families, line, index);
	const askedAs = ({root, requestedAs}: Addition) => requestedAs ?? root.name;
	const named = (names: ReadonlySet<string>) => composition.packages.filter(({name}) => names.has(name));
	const pins = additions.filter(({root}) => isMissingPin(root, index));
	if (pins.length > 0) return named(new Set(pins.map(askedAs)));
	const resolution = resolveLine({line, variant: composition.variant, additions, index, signal});
	if (resolution.kind === 'ok') return null;
	const blamed = new Set(
		resolution.core.flatMap(need => (need.kind === 'root' && need.root.origin === 'added' ? [need.root.name] : [])),
	);
	return named(new Set(additions.filter(({root}) => blamed.has(root.name)).map(askedAs)));
}

/** A line that is not planned, because the composition or the state of the repository leaves it out. */
export function skippedLine(request: Omit<LineRequest, 'index'>, reason: string): LinePlan {
	return {...blankLine({...request, index: null}), status: 'skipped', reason};
}

export function sizesOf(
	packages: readonly PlannedPackage[],
): Pick<LinePlan, 'installedSizeBytes' | 'downloadSizeBytes'> {
	let installedSizeBytes = 0;
	let downloadSizeBytes = 0;
	for (const {inImage, installedSize, downloadSize} of packages) {
		if (inImage) installedSizeBytes += installedSize;
		downloadSizeBytes += downloadSize;
	}
	return {installedSizeBytes, downloadSizeBytes};
}

/** Why a pin leaves the line out; null if every pinned version is there. */
function whyPinSkips(additions: readonly Addition[], index: PackageIndex): string | null {
	for (const {root} of additions) {
		if (root.version === null || !isMissingPin(root, index)) continue;
		const [newest] = index.packagesNamed(root.name);
		const offered = newest === undefined ? '' : `; it has ${index.versionOf(newest)}`;
		return `${index.release} does not have ${root.name} ${root.version}, to which the composition pins it${offered}.`;
	}
	return null;
}

function isMissingPin({name, version}: RootRequest, index: PackageIndex): boolean {
	return version !== null && !index.packagesNamed(name).some(id => index.versionOf(id) === version);
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
