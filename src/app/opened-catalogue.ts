import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {isSystemError, SlipwayError} from '../base/errors.ts';
import type {SlipwayPaths} from '../base/paths.ts';
import type {FamilyChoices} from '../catalog/auto/family-choices.ts';
import {Catalog} from '../catalog/catalog.ts';
import {deriveStarter} from '../catalog/derive-starter.ts';
import {StarterDefinitions} from '../catalog/load-starters.ts';
import {parsePackageRules, type PackageRules} from '../catalog/package-rules.ts';
import type {Searcher, StarterContext} from '../catalog/search/searcher.ts';
import type {StarterDefinition} from '../catalog/starter-definition.ts';
import type {IndexesByRelease, Starter} from '../catalog/starter.ts';
import type {Architecture, PackageIndex, PackageRepository} from '../repository/package-index.ts';

/** The catalogue over one state of the indexes. What takes long is made when it is first asked for, and kept. */
export interface OpenedCatalogue {
	readonly indexes: IndexesByRelease;
	readonly definitions: StarterDefinitions;
	/** Those that have lines here. */
	readonly starters: () => readonly Starter[];
	/** Null if no index has it. */
	readonly starter: (name: string) => Starter | null;
	readonly families: () => FamilyChoices;
	readonly searcher: () => Searcher;
	/** What searches for a starter need to know of it, by its name. */
	readonly contexts: Map<string, Promise<StarterContext>>;
}

export interface CatalogueParts {
	readonly repository: PackageRepository;
	readonly architecture: Architecture;
	/** Where families and search index are kept from one process to the next. */
	readonly folder: string;
	/** The file with rules for packages, such as labels under FIPS; it may be missing. */
	readonly rulesFile: string;
}

/** The places of DESIGN.md section 6. */
export function cataloguePlace({cache, config}: SlipwayPaths): Pick<CatalogueParts, 'folder' | 'rulesFile'> {
	return {folder: join(cache, 'catalogue'), rulesFile: join(config, 'package-rules.yaml')};
}

/** Throws `bad-input` for a rules file that is wrong, `not-found` where no release has an index. */
export async function openCatalogue({
	repository,
	architecture,
	folder,
	rulesFile,
}: CatalogueParts): Promise<OpenedCatalogue> {
	const [indexes, rules] = await Promise.all([openIndexes(repository, architecture), readRules(rulesFile)]);
	const definitions = new StarterDefinitions();
	const catalog = new Catalog(indexes, folder);
	const derived = new Map<string, Starter>();
	const derive = (definition: StarterDefinition): Starter => {
		const starter = derived.get(definition.name) ?? deriveStarter(definition, indexes);
		derived.set(definition.name, starter);
		return starter;
	};
	let searcher: Searcher | null = null;
	return {
		indexes,
		definitions,
		starters: () =>
			definitions
				.all()
				.map(derive)
				.filter(({lines}) => lines.length > 0),
		starter: name => {
			const definition = definitions.named(name);
			const starter = definition ? derive(definition) : null;
			return starter && starter.lines.length > 0 ? starter : null;
		},
		families: () => catalog.choices(),
		searcher: () => (searcher ??= catalog.searcher(rules)),
		contexts: new Map(),
	};
}

async function readRules(file: string): Promise<PackageRules | undefined> {
	let text: string;
	try {
		text = await readFile(file, 'utf8');
	} catch (cause) {
		if (isSystemError(cause, 'ENOENT')) return undefined;
		throw new SlipwayError('storage', `The rules file ${file} cannot be read.`, {hint: 'Make it readable.', cause});
	}
	return parsePackageRules(text, file);
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
