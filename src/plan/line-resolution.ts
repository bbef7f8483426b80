import type {StarterLine, Variant} from '../catalog/starter.ts';
import type {PackageId, PackageIndex} from '../repository/package-index.ts';
import type {RequestedPackage} from './composition.ts';
import type {FamilyChoices} from './families.ts';
import type {PackageRole, PlannedPackage} from './plan.ts';
import {plannedPackage} from './planned-package.ts';
import type {Requirement, RootRequest} from './resolver/requirement.ts';
import {resolve} from './resolver/resolve.ts';
import {universeOf} from './resolver/universe.ts';
import type {Universe} from './resolver/universe.ts';
import {runtimeClosure} from './runtime-closure.ts';
import {starterClosure} from './starter-closure.ts';
import type {StarterClosure} from './starter-closure.ts';

/** An added package as a line takes it. */
export interface Addition {
	readonly root: RootRequest;
	/** `php-curl-auto` */
	readonly requestedAs: string | null;
}

export interface ResolutionRequest {
	readonly line: StarterLine;
	readonly variant: Variant;
	readonly additions: readonly Addition[];
	readonly index: PackageIndex;
	readonly signal?: AbortSignal | undefined;
}

export type LineResolution =
	| {
			readonly kind: 'ok';
			readonly closure: Extract<StarterClosure, {kind: 'ok'}>;
			readonly added: readonly PackageId[];
			/** Made when first asked for. */
			readonly packages: () => readonly PlannedPackage[];
	  }
	| {readonly kind: 'conflict'; readonly core: readonly Requirement[]};

/** What the packages of a composition mean in a line: autos become members, or are skipped where none fits. */
export function additionsFor(
	packages: readonly RequestedPackage[],
	families: FamilyChoices,
	line: StarterLine,
	index: PackageIndex,
): {readonly additions: readonly Addition[]; readonly skippedAutos: readonly string[]} {
	const additions: Addition[] = [];
	const skippedAutos: string[] = [];
	for (const {name, version} of packages) {
		const isAuto = families.isAuto(name);
		const member = isAuto ? families.chooseAutoMember(name, line, index) : name;
		if (member === null) skippedAutos.push(name);
		else additions.push({root: {name: member, version, origin: 'added'}, requestedAs: isAuto ? name : null});
	}
	return {additions, skippedAutos};
}

/** A user who moves through the search results toggles the same packages again and again. */
const mostKept = 48;
const kept = new WeakMap<PackageIndex, Map<string, LineResolution>>();

/** The starter's closure with the additions over it. What was resolved lately is kept. Throws only `cancelled`. */
export function resolveLine(request: ResolutionRequest): LineResolution {
	const {index, line, variant, additions} = request;
	const key = JSON.stringify([
		variant,
		line.packages,
		variant === 'dev' ? line.devPackages : [],
		additions.map(({root, requestedAs}) => [root.name, root.version, requestedAs]),
	]);
	const ofIndex = kept.get(index) ?? new Map<string, LineResolution>();
	kept.set(index, ofIndex);
	const resolution = ofIndex.get(key) ?? makeResolution(request);
	ofIndex.delete(key);
	ofIndex.set(key, resolution);
	const [oldest] = ofIndex.keys();
	if (ofIndex.size > mostKept && oldest !== undefined) ofIndex.delete(oldest);
	return resolution;
}

function makeResolution({index, line, variant, additions, signal}: ResolutionRequest): LineResolution {
	const closure = starterClosure(index, line, variant, signal);
	if (closure.kind === 'conflict') return closure;
	const resolution = resolve({index, roots: additions.map(({root}) => root), given: closure.packages, signal});
	if (resolution.kind === 'conflict') return resolution;
	const added = resolution.packages;
	let packages: readonly PlannedPackage[] | null = null;
	return {
		kind: 'ok',
		closure,
		added,
		packages: () => (packages ??= placePackages(universeOf(index), variant, closure, additions, added)),
	};
}

function placePackages(
	universe: Universe,
	variant: Variant,
	closure: Extract<StarterClosure, {kind: 'ok'}>,
	additions: readonly Addition[],
	added: readonly PackageId[],
): readonly PlannedPackage[] {
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
