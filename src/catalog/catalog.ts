import {AutoPackages} from './auto/auto-packages.ts';
import {familyChoices} from './auto/family-choices.ts';
import type {FamilyChoices} from './auto/family-choices.ts';
import {deriveStarter} from './derive-starter.ts';
import {buildFamilies} from './families/build-families.ts';
import type {PackageRules} from './package-rules.ts';
import {createSearcher} from './search/searcher.ts';
import type {Searcher} from './search/searcher.ts';
import type {StarterDefinition} from './starter-definition.ts';
import type {IndexesByRelease, Starter} from './starter.ts';

/**
 * The catalogue: what can be chosen. Starters with their lines, package families with their auto packages, and the search
 * over them, all derived from the indexes of the releases, so that they are always true.
 *
 * - starter: an image definition in starters/, one YAML file each; its lines come from the indexes (derive-starter.ts)
 * - family: packages that are the same thing in several versions (families/)
 * - auto package: FAMILY-auto, which stands for the member that fits a line (auto/)
 * - search: fzf's grammar over families, ranked (search/)
 *
 * It does not resolve dependencies, and knows nothing of plans: what the starter's newest line contains is handed in.
 */
export interface Catalog {
	readonly starters: readonly Starter[];
	readonly autos: AutoPackages;
	/** What planning asks about families and names. */
	readonly choices: FamilyChoices;
	/** Made at its first use: that takes about half a second. */
	readonly searcher: Searcher;
}

export function openCatalog({
	definitions,
	indexes,
	rules,
}: {
	readonly definitions: readonly StarterDefinition[];
	readonly indexes: IndexesByRelease;
	readonly rules?: PackageRules;
}): Catalog {
	const autos = new AutoPackages(buildFamilies(indexes));
	let searcher: Searcher | null = null;
	return {
		starters: definitions.map(definition => deriveStarter(definition, indexes)),
		autos,
		choices: familyChoices(autos),
		get searcher() {
			searcher ??= createSearcher({autos, ...(rules === undefined ? {} : {rules})});
			return searcher;
		},
	};
}
