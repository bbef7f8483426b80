import {SlipwayError, throwIfCancelled} from '../base/errors.ts';
import type {BundleRepository} from '../build/bundles/bundle-repository.ts';
import {deriveStarter} from '../catalog/derive-starter.ts';
import {loadStarterDefinitions} from '../catalog/load-starters.ts';
import type {IndexesByRelease, Starter} from '../catalog/starter.ts';
import type {Composition} from '../plan/composition.ts';
import {nearestNames} from '../plan/composition/nearest-names.ts';
import {planComposition} from '../plan/plan-composition.ts';
import type {Architecture, PackageIndex, PackageRepository} from '../repository/package-index.ts';
import type {PlanningService} from './services.ts';

export interface PlanningParts {
	readonly repository: PackageRepository;
	readonly bundles: BundleRepository;
	readonly architecture: Architecture;
}

/** Starters, search and plans in this process, from the indexes on disk. What was opened once stays open. */
export function createPlanning({repository, bundles, architecture}: PlanningParts): PlanningService {
	let opened: Promise<Opened> | null = null;
	const open = () => (opened ??= openIndexes(repository, architecture).catch(forget));
	const forget = (error: unknown): never => {
		opened = null;
		throw error;
	};
	return {
		async starters(signal) {
			const {starters} = await open();
			throwIfCancelled(signal);
			return starters;
		},
		async search(_query, _options, signal) {
			throwIfCancelled(signal);
			throw new SlipwayError('internal', 'Search is not wired yet.');
		},
		async plan(composition, signal) {
			const {indexes, starters} = await open();
			const starter = starterOf(composition, starters);
			return planComposition({
				composition,
				starter,
				indexes,
				bundles: await bundles.plannedBundles(composition.bundles),
				architecture,
				signal,
			});
		},
		async close() {
			opened = null;
		},
	};
}

interface Opened {
	readonly indexes: IndexesByRelease;
	readonly starters: readonly Starter[];
}

async function openIndexes(repository: PackageRepository, architecture: Architecture): Promise<Opened> {
	const definitions = await loadStarterDefinitions();
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
	const starters = definitions
		.map(definition => deriveStarter(definition, indexes))
		.filter(({lines}) => lines.length > 0);
	return {indexes, starters};
}

function starterOf({starter}: Composition, starters: readonly Starter[]): Starter {
	const found = starters.find(({name}) => name === starter);
	if (found) return found;
	const [near] = nearestNames(
		starter,
		starters.map(({name}) => name),
		1,
	);
	throw new SlipwayError('bad-input', `There is no starter “${starter}”.`, {
		hint: near ? `Did you mean ${near}? \`slipway starters\` lists them.` : '`slipway starters` lists them.',
	});
}
