import type {StarterLine, Variant} from '../catalog/starter.ts';
import type {PackageId, PackageIndex} from '../repository/package-index.ts';
import {alwaysInImage} from './minimal-rules.ts';
import type {Requirement, RootRequest} from './resolver/requirement.ts';
import {resolve} from './resolver/resolve.ts';
import {universeOf} from './resolver/universe.ts';
import {runtimeClosure} from './runtime-closure.ts';

/** The packages of a starter's line before anything is added: the first layer, and what configuring it needs. */
export type StarterClosure =
	| {
			readonly kind: 'ok';
			/** In the order of installation. */
			readonly packages: readonly PackageId[];
			readonly inImage: ReadonlySet<PackageId>;
	  }
	| {readonly kind: 'conflict'; readonly core: readonly Requirement[]};

const closures = new WeakMap<PackageIndex, Map<string, StarterClosure>>();

/** Essential and the starter's roots with all they need. Kept per index: planning again costs only what is added. */
export function starterClosure(
	index: PackageIndex,
	line: StarterLine,
	variant: Variant,
	signal?: AbortSignal,
): StarterClosure {
	const roots = variant === 'dev' ? [...line.packages, ...line.devPackages] : line.packages;
	const key = `${variant}\n${roots.join('\n')}`;
	const known = closures.get(index)?.get(key);
	if (known !== undefined) return known;
	const made = makeClosure(index, roots, variant, signal);
	const ofIndex = closures.get(index) ?? new Map<string, StarterClosure>();
	closures.set(index, ofIndex.set(key, made));
	return made;
}

function makeClosure(
	index: PackageIndex,
	names: readonly string[],
	variant: Variant,
	signal: AbortSignal | undefined,
): StarterClosure {
	const universe = universeOf(index);
	const request = (origin: RootRequest['origin']) => (name: string) => ({name, version: null, origin});
	const roots = [...universe.essentialNames.map(request('essential')), ...names.map(request('starter'))];
	const resolution = resolve({index, roots, signal});
	if (resolution.kind === 'conflict') return resolution;
	const {packages} = resolution;
	const installed = new Set(packages);
	if (variant === 'dev') return {kind: 'ok', packages, inImage: installed};
	const asked = new Set([...alwaysInImage, ...names]);
	// A root that is only provided is met by the provider that was chosen.
	const targets = [...asked].flatMap(name =>
		universe
			.targetsOf({name, qualifier: null, operator: null, version: null})
			.filter(id => installed.has(id))
			.slice(0, 1),
	);
	return {kind: 'ok', packages, inImage: runtimeClosure(universe, installed, targets)};
}
