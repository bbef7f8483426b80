import {SlipwayError} from '../base/errors.ts';
import {AutoPackages} from '../catalog/auto/auto-packages.ts';
import {familyChoices, type FamilyChoices} from '../catalog/auto/family-choices.ts';
import {deriveStarter} from '../catalog/derive-starter.ts';
import {buildFamilies} from '../catalog/families/build-families.ts';
import {loadStarterDefinitions} from '../catalog/load-starters.ts';
import {createSearcher, type Searcher, type StarterContext} from '../catalog/search/searcher.ts';
import type {StarterDefinition} from '../catalog/starter-definition.ts';
import type {IndexesByRelease, Starter} from '../catalog/starter.ts';
import type {Architecture, PackageIndex, PackageRepository} from '../repository/package-index.ts';

/** The catalogue over one state of the indexes. What takes long is made when it is first asked for, and kept. */
export interface OpenedCatalogue {
	readonly indexes: IndexesByRelease;
	readonly definitions: readonly StarterDefinition[];
	/** Those that have lines here. */
	readonly starters: () => readonly Starter[];
	/** Null if no index has it. */
	readonly starter: (name: string) => Starter | null;
	readonly families: () => FamilyChoices;
	readonly searcher: () => Searcher;
	/** What searches for a starter need to know of it, by its name. */
	readonly contexts: Map<string, Promise<StarterContext>>;
}

export async function openCatalogue(
	repository: PackageRepository,
	architecture: Architecture,
): Promise<OpenedCatalogue> {
	const [definitions, indexes] = await Promise.all([loadStarterDefinitions(), openIndexes(repository, architecture)]);
	const derived = new Map<string, Starter>();
	const derive = (definition: StarterDefinition): Starter => {
		const starter = derived.get(definition.name) ?? deriveStarter(definition, indexes);
		derived.set(definition.name, starter);
		return starter;
	};
	let autos: AutoPackages | null = null;
	let searcher: Searcher | null = null;
	const openAutos = () => (autos ??= new AutoPackages(buildFamilies(indexes)));
	return {
		indexes,
		definitions,
		starters: () => definitions.map(derive).filter(({lines}) => lines.length > 0),
		starter: name => {
			const definition = definitions.find(candidate => candidate.name === name);
			const starter = definition ? derive(definition) : null;
			return starter && starter.lines.length > 0 ? starter : null;
		},
		families: () => familyChoices(openAutos()),
		searcher: () => (searcher ??= createSearcher({autos: openAutos()})),
		contexts: new Map(),
	};
}

async function openIndexes(repository: PackageRepository, architecture: Architecture): Promise<IndexesByRelease> {
	const indexes = new Map<string, PackageIndex>();
	let missing: SlipwayError | null = null;
	for (const release of repository.releases) {
		try {
			indexes.set(release, await repository.openIndex(release, architecture));
		} catch (error) {
			// A release that the mirror does not have leaves the others usable.
			if (!(error instanceof SlipwayError) || error.code !== 'not-found') throw error;
			missing = error;
		}
	}
	if (indexes.size === 0 && missing) throw missing;
	return indexes;
}
