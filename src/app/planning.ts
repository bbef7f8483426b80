import {SlipwayError, throwIfCancelled} from '../base/errors.ts';
import type {BundleRepository} from '../build/bundles/bundle-repository.ts';
import {AutoPackages} from '../catalog/auto/auto-packages.ts';
import {familyChoices, type FamilyChoices} from '../catalog/auto/family-choices.ts';
import {deriveStarter} from '../catalog/derive-starter.ts';
import {buildFamilies} from '../catalog/families/build-families.ts';
import {createSearcher, type Searcher, type StarterContext} from '../catalog/search/searcher.ts';
import {loadStarterDefinitions} from '../catalog/load-starters.ts';
import type {IndexesByRelease, Starter} from '../catalog/starter.ts';
import type {Composition} from '../plan/composition.ts';
import {nearestNames} from '../plan/composition/nearest-names.ts';
import {checkComposition, compositionRefused} from '../plan/composition/check-composition.ts';
import type {FieldLocator} from '../plan/composition/parse-composition.ts';
import {lockOf, planFromLock, type PlanLock} from '../plan/lock.ts';
import {planComposition} from '../plan/plan-composition.ts';
import type {Plan} from '../plan/plan.ts';
import type {Architecture, PackageIndex, PackageRepository} from '../repository/package-index.ts';
import type {PlanningService} from './services.ts';

export interface PlanningParts {
	readonly repository: PackageRepository;
	readonly bundles: BundleRepository;
	readonly architecture: Architecture;
}

/** A planning service whose problems can name line and column of the file. */
export interface LocalPlanning extends PlanningService {
	plan(composition: Composition, signal?: AbortSignal, locate?: FieldLocator): Promise<Plan>;
	/** Exactly what a lock file records. Throws `not-found` naming what is gone. */
	planLocked(composition: Composition, lock: PlanLock): Promise<Plan>;
	lockOf(plan: Plan, composition: Composition): Promise<PlanLock>;
}

/** Starters, search and plans in this process, from the indexes on disk. What was opened once stays open. */
export function createPlanning({repository, bundles, architecture}: PlanningParts): LocalPlanning {
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
		async search(query, options = {}, signal) {
			const opened = await open();
			const context = options.starter === undefined ? null : await contextOf(opened, options.starter);
			throwIfCancelled(signal);
			return opened.searcher().search(query, {
				context,
				...(options.limit === undefined ? {} : {limit: options.limit}),
				...(signal ? {signal} : {}),
			});
		},
		async plan(composition, signal, locate) {
			const {indexes, starters, families} = await open();
			const known = await bundles.list();
			const problems = checkComposition(composition, {
				starters,
				indexes,
				families: lazily(families),
				bundles: known.map(({name}) => name),
				...(locate ? {locate} : {}),
			});
			const starter = starters.find(({name}) => name === composition.starter);
			if (problems.length > 0 || !starter) throw compositionRefused(problems);
			throwIfCancelled(signal);
			return planComposition({
				composition,
				starter,
				indexes,
				families: lazily(families),
				bundles: await bundles.plannedBundles(composition.bundles),
				architecture,
				signal,
			});
		},
		async planLocked(composition, lock) {
			const {indexes, starters} = await open();
			return planFromLock({
				lock,
				composition,
				starter: starterNamed(starters, composition.starter),
				indexes,
				bundles: await bundles.plannedBundles(composition.bundles),
			});
		},
		async lockOf(plan, composition) {
			const {starters} = await open();
			return lockOf(plan, composition, starterNamed(starters, composition.starter));
		},
		async close() {
			opened = null;
		},
	};
}

interface Opened {
	readonly indexes: IndexesByRelease;
	readonly starters: readonly Starter[];
	/** Made when first asked for: it takes more than a second. */
	readonly families: () => FamilyChoices;
	readonly searcher: () => Searcher;
	/** What searches for a starter need to know of it, by its name. */
	readonly contexts: Map<string, Promise<StarterContext>>;
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
	let autos: AutoPackages | null = null;
	let searcher: Searcher | null = null;
	const openAutos = () => (autos ??= new AutoPackages(buildFamilies(indexes)));
	return {
		indexes,
		starters,
		families: () => familyChoices(openAutos()),
		searcher: () => (searcher ??= createSearcher({autos: openAutos()})),
		contexts: new Map(),
	};
}

/** The starter with what its newest line contains: families that it has already are blocked. */
function contextOf({indexes, starters, contexts}: Opened, name: string): Promise<StarterContext> {
	const starter = starterNamed(starters, name);
	let context = contexts.get(name);
	if (!context) {
		context = plannedContext(starter, indexes);
		contexts.set(name, context);
	}
	return context;
}

function starterNamed(starters: readonly Starter[], name: string): Starter {
	const starter = starters.find(candidate => candidate.name === name);
	if (!starter) {
		const [near] = nearestNames(
			name,
			starters.map(candidate => candidate.name),
			1,
		);
		throw new SlipwayError('bad-input', `There is no starter “${name}”.`, {
			hint: near ? `Did you mean ${near}? \`slipway starters\` lists them.` : '`slipway starters` lists them.',
		});
	}
	return starter;
}

async function plannedContext(starter: Starter, indexes: IndexesByRelease): Promise<StarterContext> {
	const [newest] = starter.lines;
	if (!newest) return {starter, planned: null};
	const composition: Composition = {
		name: 'starter',
		description: '',
		starter: starter.name,
		variant: 'minimal',
		lines: [newest.line],
		packages: [],
		env: {},
		bundles: [],
		config: {},
		tests: [],
	};
	const {lines} = await planComposition({composition, starter, indexes});
	const packages = lines.find(({line}) => line === newest.line)?.packages ?? [];
	const inImage = packages.filter(entry => entry.inImage).map(({name, version}) => [name, version] as const);
	return {starter, planned: {line: newest.line, packages: new Map(inImage)}};
}

/** A composition without auto packages and mistakes never asks. */
function lazily(families: () => FamilyChoices): FamilyChoices {
	return {
		isAuto: name => name.endsWith('-auto') && families().isAuto(name),
		chooseAutoMember: (name, line, index) => families().chooseAutoMember(name, line, index),
		nearestNames: name => families().nearestNames(name),
		alternativesOf: (name, line, index) => families().alternativesOf(name, line, index),
	};
}
