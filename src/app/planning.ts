import {join} from 'node:path';
import {SlipwayError, throwIfCancelled} from '../base/errors.ts';
import type {BundleRepository} from '../build/bundles/bundle-repository.ts';
import type {FamilyChoices} from '../catalog/auto/family-choices.ts';
import type {StarterContext} from '../catalog/search/searcher.ts';
import {StarterDefinitions} from '../catalog/load-starters.ts';
import type {IndexesByRelease, Starter} from '../catalog/starter.ts';
import type {Composition, ImagePlatform} from '../plan/composition.ts';
import {nearestNames} from '../plan/composition/nearest-names.ts';
import {checkComposition, compositionRefused, locateNowhere} from '../plan/composition/check-composition.ts';
import type {FieldLocator} from '../plan/composition/parse-composition.ts';
import {lockOf, planFromLock, type PlanLock} from '../plan/lock.ts';
import {joinPlatforms} from '../plan/join-platforms.ts';
import {planComposition} from '../plan/plan-composition.ts';
import type {Plan} from '../plan/plan.ts';
import type {Architecture, PackageRepository} from '../repository/package-index.ts';
import {bareComposition} from './bare-composition.ts';
import type {BaselineFiles} from './baseline-files.ts';
import {openCatalogue, type OpenedCatalogue} from './opened-catalogue.ts';
import {planNotes} from './plan-notes.ts';
import type {PlanCache, PlanState} from './plan-cache.ts';
import {preparations} from './preparations.ts';
import type {PlanningService} from './services.ts';

export interface PlanningParts {
	readonly repository: PackageRepository;
	readonly bundles: BundleRepository;
	readonly architecture: Architecture;
	/** What saved compositions extend; without it, compositions come with all that they inherit. */
	readonly baselines?: BaselineFiles;
	/** Where the catalogue is kept from one process to the next, and the file with rules for packages. */
	readonly catalogue: {readonly folder: string; readonly rulesFile: string};
	/** Where explanations of conflicts are written, and where files of packages are looked up; neither without it. */
	readonly notes?: {readonly explanations: string; readonly segments: string};
	/** Fetches indexes of an architecture that a composition asks for, unless they are there. */
	readonly ensureIndexes?: (architecture: Architecture) => Promise<void>;
	/** Plans from before; none where nothing is to be kept. */
	readonly cache?: PlanCache | null;
}

/** A planning service whose problems can name line and column of the file. */
export interface LocalPlanning extends PlanningService {
	/** @param onNew called where the plan has to be made, as it is not kept from before */
	plan(composition: Composition, signal?: AbortSignal, locate?: FieldLocator, onNew?: () => void): Promise<Plan>;
	/** Exactly what a lock file records. Throws `not-found` naming what is gone. */
	planLocked(composition: Composition, lock: PlanLock): Promise<Plan>;
	lockOf(plan: Plan, composition: Composition): Promise<PlanLock>;
	/** One starter, which is cheaper than all of them. Throws `bad-input`. */
	starter(name: string): Promise<Starter>;
	/** Takes the indexes from disk anew, after a refresh, and makes the catalogue that belongs to them. */
	reload(): Promise<void>;
}

/** Planning where the work is done. */
export interface PlanningHere extends LocalPlanning {
	/** What the first requests would else wait for, in small steps, for a thread that is idle. */
	preparations(): Promise<Generator<void>>;
}

/** Starters, search and plans in this process, from the indexes on disk. What was opened once stays open. */
export function createPlanning(parts: PlanningParts): PlanningHere {
	const {repository, bundles, architecture, baselines, cache, catalogue: place} = parts;
	let catalogue: Promise<OpenedCatalogue> | null = null;
	const open = () => {
		const opening = (catalogue ??= openCatalogue({repository, architecture, ...place}));
		// What could not be opened is tried again by the next request.
		opening.catch(() => {
			if (catalogue === opening) catalogue = null;
		});
		return opening;
	};
	const withInherited = async (own: Composition, locate: FieldLocator) => {
		const inherited = (await baselines?.whole(own, locate, null)) ?? ({kind: 'ok', whole: own, locate} as const);
		if (inherited.kind === 'ok') return inherited;
		throw compositionRefused(inherited.problems);
	};
	const indexes = async () => (await open()).indexes;
	/** Of kept plans: they need no index to be opened. */
	const starters = new Map<string, Starter>();
	let definitions: StarterDefinitions | null = null;
	const digestsOnDisk = async () => {
		const digests = new Map<string, string>();
		for (const release of repository.releases) {
			const digest = await repository.indexDigest(release, architecture);
			if (digest !== null) digests.set(release, digest);
		}
		return digests;
	};
	const notes = planNotes(parts);
	const further = new Map<Architecture, Promise<LocalPlanning>>();
	/** The planning for an architecture, whose indexes are fetched if they were never wanted before. */
	const planningFor = (wanted: Architecture): Promise<LocalPlanning> => {
		if (wanted === architecture) return Promise.resolve(planning);
		const known = further.get(wanted) ?? openFurther(parts, wanted);
		further.set(wanted, known);
		// What could not be opened is tried again by the next request.
		known.catch(() => further.delete(wanted));
		return known;
	};
	const forget = () => {
		catalogue = null;
		starters.clear();
		further.clear();
	};
	const planning: PlanningHere = {
		async starters(signal) {
			const opened = await open();
			throwIfCancelled(signal);
			return opened.starters();
		},
		async starter(name) {
			return starters.get(name) ?? starterNamed(await open(), name);
		},
		async search(query, options = {}, signal) {
			const opened = await open();
			const context = options.starter === undefined ? null : await contextOf(opened, options.starter);
			throwIfCancelled(signal);
			return opened.searcher().search(query, {
				context,
				...(options.limit === undefined ? {} : {limit: options.limit}),
				...(options.added === undefined ? {} : {added: options.added}),
				...(signal ? {signal} : {}),
			});
		},
		async plan({platforms, ...own}, signal, locateOwn = locateNowhere, onNew) {
			if (platforms !== undefined) {
				const plans: Plan[] = [];
				for (const platform of platforms) {
					const one = await planningFor(architectureOf(platform));
					plans.push(await one.plan(own, signal, locateOwn, onNew));
				}
				return joinPlatforms(plans);
			}
			const {whole: composition, locate} = await withInherited(own, locateOwn);
			const known = await bundles.list();
			const stateOf = (digests: ReadonlyMap<string, string>, definitions: StarterDefinitions): PlanState => ({
				composition,
				architecture,
				digests,
				definition: definitions.textOf(composition.starter),
				bundles: known,
			});
			const state = stateOf(await digestsOnDisk(), (definitions ??= new StarterDefinitions()));
			const kept = await cache?.find(state);
			if (kept) {
				starters.set(kept.starter.name, kept.starter);
				if (kept.hasCollisions) return notes.withExplanations(kept.plan);
				const {plan, isComplete} = await notes.withCollisions(kept.plan, indexes);
				if (isComplete) await cache?.keep(state, {...kept, plan, hasCollisions: true});
				return notes.withExplanations(plan);
			}
			onNew?.();
			const opened = await open();
			const families = lazily(opened.families);
			const starter = opened.starter(composition.starter);
			const problems = checkComposition(composition, {
				starters: starter ? [starter] : opened.starters(),
				indexes: opened.indexes,
				families,
				bundles: known.map(({name}) => name),
				locate,
			});
			if (problems.length > 0 || !starter) throw compositionRefused(problems);
			throwIfCancelled(signal);
			const bare = await planComposition({
				composition,
				starter,
				indexes: opened.indexes,
				families,
				bundles: await bundles.plannedBundles(composition.bundles),
				architecture,
				signal,
			});
			const digests = new Map([...opened.indexes].map(([release, {digest}]) => [release, digest]));
			const {plan, isComplete} = await notes.withCollisions(bare, indexes);
			await cache?.keep(stateOf(digests, opened.definitions), {plan, starter, hasCollisions: isComplete});
			return notes.withExplanations(plan);
		},
		async planLocked({platforms, ...own}, lock) {
			if (platforms !== undefined) {
				throw new SlipwayError('bad-input', `${own.name} cannot be built from a lock: locks hold one platform.`, {
					hint: 'Take `platforms` out of the composition, or build without --locked.',
				});
			}
			if (lock.architecture !== architecture) {
				throw new SlipwayError(
					'bad-input',
					`The lock is for ${lock.architecture}, and images are made for ${architecture}.`,
					{
						hint: `\`slipway config set architecture ${lock.architecture}\`, or write a new lock by building without --locked.`,
					},
				);
			}
			const {whole: composition} = await withInherited(own, locateNowhere);
			const opened = await open();
			const plan = planFromLock({
				lock,
				composition,
				starter: starterNamed(opened, composition.starter),
				indexes: opened.indexes,
				bundles: await bundles.plannedBundles(composition.bundles),
			});
			return notes.withExplanations((await notes.withCollisions(plan, indexes)).plan);
		},
		async lockOf(plan, own) {
			const {whole: composition} = await withInherited(own, locateNowhere);
			return lockOf(plan, composition, await planning.starter(composition.starter));
		},
		async reload() {
			forget();
			// Now, when the user waits anyway: the next command finds it on disk.
			(await open()).searcher();
		},
		async preparations() {
			return preparations(await open());
		},
		async close() {
			forget();
		},
	};
	return planning;
}

const architectureOf = (platform: ImagePlatform): Architecture => (platform === 'linux/arm64' ? 'arm64' : 'amd64');

async function openFurther(parts: PlanningParts, architecture: Architecture): Promise<LocalPlanning> {
	await parts.ensureIndexes?.(architecture);
	const {catalogue} = parts;
	return createPlanning({
		...parts,
		architecture,
		catalogue: {...catalogue, folder: join(catalogue.folder, architecture)},
	});
}

/** The starter with what its newest line contains: families that it has already are blocked. */
function contextOf(opened: OpenedCatalogue, name: string): Promise<StarterContext> {
	let context = opened.contexts.get(name);
	if (!context) {
		context = plannedContext(starterNamed(opened, name), opened.indexes);
		opened.contexts.set(name, context);
	}
	return context;
}

function starterNamed(opened: OpenedCatalogue, name: string): Starter {
	const starter = opened.starter(name);
	if (starter) return starter;
	const [near] = nearestNames(
		name,
		opened.starters().map(candidate => candidate.name),
		1,
	);
	throw new SlipwayError('bad-input', `There is no starter “${name}”.`, {
		hint: near ? `Did you mean ${near}? \`slipway starters\` lists them.` : '`slipway starters` lists them.',
	});
}

async function plannedContext(starter: Starter, indexes: IndexesByRelease): Promise<StarterContext> {
	const [newest] = starter.lines;
	if (!newest) return {starter, planned: null};
	const composition = bareComposition(starter.name, newest.line);
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
