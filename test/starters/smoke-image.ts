import {createNativeEngine} from '../../src/build/engines/native/native-engine.ts';
import type {BuiltLine} from '../../src/build/engine.ts';
import {deriveStarter} from '../../src/catalog/derive-starter.ts';
import {loadStarterDefinitions} from '../../src/catalog/load-starters.ts';
import type {Starter, StarterLine, Variant} from '../../src/catalog/starter.ts';
import {openImageStore, type LocalImageStore} from '../../src/image/local-store.ts';
import type {Composition} from '../../src/plan/composition.ts';
import type {LinePlan, Plan} from '../../src/plan/plan.ts';
import {planComposition} from '../../src/plan/plan-composition.ts';
import {openRepository} from '../../src/repository/deb/debian-repository.ts';
import type {PackageIndex} from '../../src/repository/package-index.ts';
import {Recorder} from '../engine/support/a-line.ts';
import {bundlesOf, makeSmokeTools, type SmokeTools} from './smoke-bundles.ts';
import type {SmokeProgram} from './smoke-programs.ts';

/** A whole desktop's compiler on a busy machine takes ten minutes. */
const buildLimitMs = 25 * 60_000;

/** A private image of one line with its smoke program in it. */
export interface SmokeImage {
	readonly program: SmokeProgram;
	readonly line: StarterLine;
	readonly variant: Variant;
}

export interface SmokeBuild {
	readonly plan: LinePlan;
	readonly built: BuiltLine;
	/** Name and tag in the store. */
	readonly name: string;
	readonly tag: string;
}

export interface SmokeWorkshop {
	readonly store: LocalImageStore;
	readonly starters: ReadonlyMap<string, Starter>;
	plan(image: SmokeImage): Promise<LinePlan>;
	/** Builds an image; its smoke program runs in the phase `test`. */
	build(image: SmokeImage): Promise<SmokeBuild>;
}

/** The real catalogue and this machine's mirror. `folder` is where Slipway's data goes. */
export async function openSmokeWorkshop(folders: {
	readonly cache: string;
	readonly images: string;
}): Promise<SmokeWorkshop> {
	const repository = await openRepository({cacheFolder: folders.cache});
	if (!(await repository.hasIndexes('amd64'))) await repository.refresh({architectures: ['amd64']});
	const indexes = new Map<string, PackageIndex>();
	for (const release of repository.releases) {
		const index = await repository.openIndex(release, 'amd64').catch(() => null); // A mirror may lack a release.
		if (index !== null) indexes.set(release, index);
	}
	const definitions = await loadStarterDefinitions();
	const starters = new Map(definitions.map(one => [one.name, deriveStarter(one, indexes)]));
	const store = await openImageStore(folders.images);
	const engine = createNativeEngine({repository, store, cacheFolder: folders.cache});
	let tools: SmokeTools | null = null;

	async function planOf(image: SmokeImage): Promise<{readonly plan: Plan; readonly line: LinePlan}> {
		const starter = starters.get(image.program.starter);
		if (starter === undefined) throw new Error(`there is no starter ${image.program.starter}`);
		const plan = await planComposition({composition: compositionOf(image), starter, indexes, bundles: []});
		const line = plan.lines.find(one => one.line === image.line.line);
		if (line?.status !== 'ok') throw new Error(line?.conflict?.summary ?? 'the line cannot be planned');
		return {plan, line};
	}

	return {
		store,
		starters,
		plan: async image => (await planOf(image)).line,
		async build(image) {
			const {program, line, variant} = image;
			const index = indexes.get('trixie') ?? indexes.values().next().value;
			if (index === undefined) throw new Error('there is no index of packages');
			tools ??= await makeSmokeTools(repository, index);
			const {plan, line: planned} = await planOf(image);
			const ownCommand = program.serves ? [...planned.config.entrypoint, ...planned.config.cmd] : [];
			const run = ['/smoke/busybox', 'sh', '/smoke/probe.sh', ...ownCommand];
			const tests = [{run, expect: {stdout: 'smoke: passed'}, timeoutSeconds: 600}];
			const input = {
				plan,
				line: {...planned, tests},
				architecture: plan.architecture,
				bundles: bundlesOf(program, tools),
				signal: AbortSignal.timeout(buildLimitMs),
			};
			const recorder = new Recorder();
			const built = await engine.buildLine(input, recorder).catch((error: unknown) => {
				throw new Error(`${String(error)}\n${recorder.lines.slice(-40).join('\n')}`, {cause: error});
			});
			const tag = `${line.line}-${variant}`;
			await store.tag(plan.image, [tag], built.manifest);
			return {plan: planned, built, name: plan.image, tag};
		},
	};
}

function compositionOf({program, line, variant}: SmokeImage): Composition {
	const {starter, packages = [], env = {}} = program;
	return {
		name: `smoke-${starter}`,
		description: '',
		starter,
		variant,
		lines: [line.line],
		packages: packages.map(name => ({name, version: null})),
		env,
		bundles: [],
		config: {},
		tests: [],
	};
}
