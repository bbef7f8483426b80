import type {FamilyHit} from '../../src/catalog/search-result.ts';
import type {Starter} from '../../src/catalog/starter.ts';
import type {JournalEvent, JournalEventBody} from '../../src/build/journal-event.ts';
import {foldBuild} from '../../src/build/journal/build-view.ts';
import type {Composition} from '../../src/plan/composition.ts';
import type {LinePlan, Plan, PlannedPackage} from '../../src/plan/plan.ts';
import type {BuildSummary, PrivateImage} from '../../src/app/services.ts';
import type {TuiServices} from '../../src/app/controllers/app.ts';
import {SlipwayError} from '../../src/base/errors.ts';

/*
 * The services of Slipway over data kept in memory: the interface that the TUI is written against, with every moment
 * (a refresh, a plan, an event of a build) in the test's hands.
 */

export function testStarter(name: string, lines: readonly string[], more: Partial<Starter> = {}): Starter {
	const config = {
		user: '33:33',
		workdir: '/app',
		entrypoint: [],
		cmd: [name],
		env: {PATH: '/usr/bin', LANG: 'C.UTF-8'},
		ports: ['9000/tcp'],
		volumes: [],
		stopSignal: null,
		labels: {},
	};
	return {
		name,
		title: name.toUpperCase(),
		description: `The ${name} starter`,
		category: 'language',
		variants: ['minimal', 'dev'],
		lines: lines.map((line, at) => ({
			line,
			suite: ['trixie', 'bookworm', 'forky'][at] ?? 'sid',
			version: `${line}.11`,
			primaryPackage: `${name}${line}`,
			packages: [`${name}${line}`],
			devPackages: [],
			config,
			paths: [],
			endOfLife: '2028-12-31',
		})),
		...more,
	};
}

export function testFamily(family: string, members: readonly string[], more: Partial<FamilyHit> = {}): FamilyHit {
	return {
		family,
		auto: members.length > 1 ? `${family}-auto` : null,
		summary: `${family} for tests`,
		blocked: null,
		matched: [],
		members: members.map(name => ({
			name,
			version: '1.2-3',
			suite: 'trixie',
			summary: `${name} for tests`,
			lines: [],
			matched: [],
		})),
		...more,
	};
}

export const testPackage = (name: string, more: Partial<PlannedPackage> = {}): PlannedPackage => ({
	name,
	version: '1.2-3',
	architecture: 'amd64',
	role: 'starter',
	requestedAs: null,
	inImage: true,
	inStarter: more.role === undefined || more.role === 'starter',
	downloadSize: 400_000,
	installedSize: 1_000_000,
	sha256: '0'.repeat(64),
	filename: `pool/${name}.deb`,
	suite: 'trixie',
	essential: false,
	source: name,
	sourceVersion: '1.2-3',
	maintainer: 'Test',
	homepage: null,
	section: 'misc',
	summary: name,
	dependencies: [],
	...more,
});

/** A plan in which every added package brings `libNAME` along; `bad` is in conflict on the oldest line. */
export function testPlan(composition: Composition, starter: Starter): Plan {
	const taken =
		composition.lines === 'all' ? starter.lines : starter.lines.filter(({line}) => composition.lines.includes(line));
	return {
		image: composition.name,
		description: composition.description,
		starter: starter.name,
		variant: composition.variant,
		architecture: 'amd64',
		lines: taken.map((line, at): LinePlan => {
			const isBad = at === taken.length - 1 && composition.packages.some(({name}) => name === 'bad');
			const packages = isBad
				? []
				: [
						testPackage(line.primaryPackage, {version: line.version, dependencies: ['libc6']}),
						testPackage('libc6'),
						...composition.packages.flatMap(({name}) => [
							testPackage(name.replace('-auto', ''), {
								role: 'added',
								requestedAs: name.endsWith('-auto') ? name : null,
								dependencies: [`lib${name}`],
							}),
							testPackage(`lib${name}`, {role: 'dependency'}),
						]),
					];
			return {
				line: line.line,
				suite: line.suite,
				version: line.version,
				status: isBad ? 'conflict' : 'ok',
				tags: isBad ? [] : [line.version, line.line, ...(at === 0 ? ['latest'] : [])],
				packages,
				skippedAutos: [],
				conflict: isBad
					? {
							summary: 'bad cannot be installed',
							steps: [{text: 'bad needs libold', package: 'bad', version: null, relation: null}],
							suggestions: [{kind: 'drop-package', package: 'bad', text: 'Leave out bad'}],
						}
					: null,
				reason: null,
				primaryPackage: line.primaryPackage,
				config: line.config,
				paths: [],
				tests: [],
				bundles: [],
				repositoryDigest: 'x',
				installedSizeBytes: packages.reduce((sum, own) => sum + own.installedSize, 0),
				downloadSizeBytes: packages.reduce((sum, own) => sum + own.downloadSize, 0),
			};
		}),
	};
}

export interface TestServices extends TuiServices {
	readonly saved: Map<string, Composition>;
	readonly searches: string[];
	readonly plans: Composition[];
	/** Writes events of a build, as a builder would. */
	emit(build: string, ...events: readonly JournalEventBody[]): void;
	readonly cancelled: string[];
	/** Ends the refresh that waits; with a message, in failure. */
	finishRefresh(failure?: string): void;
}

export interface TestWorld {
	readonly starters?: readonly Starter[];
	readonly families?: readonly FamilyHit[];
	readonly images?: readonly Composition[];
	readonly hasIndexes?: boolean;
	/** Images whose lines were built. */
	readonly built?: readonly string[];
}

export const testComposition = (name: string, more: Partial<Composition> = {}): Composition => ({
	name,
	description: '',
	starter: 'php',
	variant: 'minimal',
	lines: 'all',
	packages: [],
	env: {},
	bundles: [],
	config: {},
	tests: [],
	...more,
});

export const testStarters = [testStarter('php', ['8.4', '8.2']), testStarter('nginx', ['1.26'], {category: 'web'})];

export const testFamilies = [
	testFamily('php-curl', ['php8.4-curl', 'php8.2-curl']),
	testFamily('curl', ['curl']),
	testFamily('tini', ['tini']),
	testFamily('bad', ['bad']),
	testFamily('libc6', ['libc6'], {blocked: {package: 'libc6', version: '2.41-12', line: '8.4'}}),
	...Array.from({length: 40}, (_, at) => testFamily(`tool${at}`, [`tool${at}`])),
];

const builtLines = (starter: Starter | undefined): PrivateImage['lines'] =>
	(starter?.lines ?? []).map(({line, version}, at) => ({
		line,
		status: 'created',
		digest: `sha256:${String(at + 1).repeat(64)}`,
		tags: [version, line, ...(at === 0 ? ['latest'] : [])],
		size: 40_000_000 + at * 1_000_000,
		builtAt: '2026-11-23T11:00:00.000Z',
	}));

export function testServices(world: TestWorld = {}): TestServices {
	const starters = world.starters ?? testStarters;
	const families = world.families ?? testFamilies;
	const saved = new Map((world.images ?? []).map(image => [image.name, image]));
	const journals = new Map<string, JournalEvent[]>();
	const listeners = new Set<() => void>();
	const summaries: BuildSummary[] = [];
	const searches: string[] = [];
	const plans: Composition[] = [];
	const cancelled: string[] = [];
	let hasIndexes = world.hasIndexes ?? true;
	let endRefresh: (failure?: string) => void = () => {};

	const emit = (build: string, ...bodies: readonly JournalEventBody[]) => {
		const journal = journals.get(build) ?? [];
		journals.set(build, journal);
		for (const body of bodies) {
			const at = new Date(Date.UTC(2026, 10, 23, 12, 0, journal.length)).toISOString();
			journal.push({...body, seq: journal.length + 1, at});
			if (body.type !== 'build/finished') continue;
			const place = summaries.findIndex(own => own.build === build);
			const summary = summaries[place];
			if (summary) summaries[place] = {...summary, status: body.status, finishedAt: at};
		}
		for (const listener of listeners) listener();
	};

	return {
		saved,
		searches,
		plans,
		cancelled,
		emit,
		finishRefresh: failure => endRefresh(failure),
		planning: {
			starters: async () => starters,
			async search(query, {added = []} = {}) {
				searches.push(query);
				const matches = (family: string) => (word: string) =>
					word === 'added:' ? added.some(name => name.startsWith(family)) : family.includes(word);
				const found = families.filter(({family}) => query.split(' ').every(matches(family)));
				return {query, tookMs: 1, total: found.length, families: query === '' ? [] : found};
			},
			async plan(composition) {
				plans.push(composition);
				const starter = starters.find(({name}) => name === composition.starter);
				if (!starter) throw new SlipwayError('bad-input', `There is no starter ${composition.starter}.`);
				return testPlan(composition, starter);
			},
			close: async () => {},
		},
		repository: {
			refresh: ({onProgress} = {}) =>
				new Promise((resolve, reject) => {
					onProgress?.({kind: 'download', what: 'trixie', doneBytes: 3_000_000, totalBytes: 9_000_000});
					endRefresh = failure => {
						if (failure) reject(new SlipwayError('network', failure, {hint: 'Check the mirror.'}));
						else {
							hasIndexes = true;
							resolve([]);
						}
					};
				}),
			hasIndexes: async () => hasIndexes,
		},
		builds: {
			prepare() {},
			async start(plan) {
				const build = `build-${summaries.length + 1}`;
				const startedAt = '2026-11-23T12:00:00.000Z';
				summaries.unshift({
					build,
					image: plan.image,
					status: 'in progress',
					startedAt,
					finishedAt: null,
					folder: `/builds/${build}`,
				});
				emit(build, {
					type: 'build/started',
					build,
					image: plan.image,
					engine: 'native',
					lines: plan.lines.map(({line}) => line),
					pid: 1,
				});
				return build;
			},
			async *follow(build, signal) {
				let next = 0;
				for (;;) {
					const journal = journals.get(build) ?? [];
					while (next < journal.length) {
						const event = journal[next++]!;
						yield event;
						if (event.type === 'build/finished') return;
					}
					if (signal?.aborted) return;
					await new Promise<void>(resolve => {
						const wake = () => {
							listeners.delete(wake);
							signal?.removeEventListener('abort', wake);
							resolve();
						};
						listeners.add(wake);
						signal?.addEventListener('abort', wake, {once: true});
					});
				}
			},
			history: async (image, most) =>
				summaries
					.filter(own => own.image === image && own.finishedAt !== null)
					.slice(0, most)
					.map(({build}) => foldBuild(journals.get(build) ?? [])),
			list: async image => summaries.filter(own => image === undefined || own.image === image),
			async plan(build) {
				const image = summaries.find(own => own.build === build)?.image;
				const composition = saved.get(image ?? '');
				const starter = starters.find(({name}) => name === composition?.starter);
				if (!composition || !starter) throw new SlipwayError('not-found', `There is no build ${build}.`);
				return testPlan(composition, starter);
			},
			async cancel(build, line) {
				cancelled.push(line ? `${build} ${line}` : build);
			},
		},
		images: {
			async list() {
				return [...saved.values()].map(({name, description, starter}): PrivateImage => ({
					name,
					description,
					starter,
					status:
						summaries.find(own => own.image === name)?.status ??
						(world.built?.includes(name) ? 'created' : 'not built'),
					lines: world.built?.includes(name) ? builtLines(starters.find(own => own.name === starter)) : [],
					freshness: null,
				}));
			},
			async composition(name) {
				const found = saved.get(name);
				if (!found) throw new SlipwayError('not-found', `There is no private image “${name}”.`);
				return found;
			},
			async save(composition, {replace = false} = {}) {
				if (saved.has(composition.name) && !replace) {
					throw new SlipwayError('bad-input', `There is a private image “${composition.name}” already.`);
				}
				saved.set(composition.name, composition);
			},
			async remove(name) {
				saved.delete(name);
			},
		},
		close: async () => {},
	};
}
