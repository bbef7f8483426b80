import type {Baseline} from '../../src/plan/composition.ts';
import type {Draft} from './draft.ts';

/** What a composition has of the baselines that it extends. They are changed where they are: `slipway edit NAME`. */
export interface InheritedParts {
	/** Names of the baselines, as the composition extends them. */
	readonly from: readonly string[];
	readonly packages: readonly string[];
	readonly env: Readonly<Record<string, string>>;
	readonly bundles: readonly string[];
}

/** @param whole the composition with all that it inherits */
export function inheritedParts(
	own: Pick<Baseline, 'extends' | 'packages' | 'env' | 'bundles'>,
	whole: Pick<Baseline, 'packages' | 'env' | 'bundles'>,
): InheritedParts | null {
	if (!own.extends || own.extends.length === 0) return null;
	const names = new Set(own.packages.map(({name}) => name));
	return {
		from: own.extends,
		packages: whole.packages.map(({name}) => name).filter(name => !names.has(name)),
		env: Object.fromEntries(Object.entries(whole.env).filter(([name]) => !(name in own.env))),
		bundles: whole.bundles.filter(name => !own.bundles.includes(name)),
	};
}

/** Variables that the draft does not set itself. */
export const inheritedVariables = (
	inherited: InheritedParts | null,
	draft: Draft,
): readonly (readonly [string, string])[] =>
	Object.entries(inherited?.env ?? {}).filter(([name]) => !(name in draft.env));

export const inheritedBundles = (inherited: InheritedParts | null, draft: Draft): readonly string[] =>
	(inherited?.bundles ?? []).filter(name => !draft.bundles.includes(name));
