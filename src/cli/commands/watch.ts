import {Option} from 'commander';
import type {AllServices} from '../../app/create-services.ts';
import {wholeNumberFrom} from '../arguments.ts';
import {displayModes, type DisplayMode} from '../displays/display.ts';
import {jsonOption, type Configure} from '../program.ts';
import {withServices} from '../with-services.ts';

interface WatchOptions {
	readonly progress?: DisplayMode;
	readonly json?: boolean;
	readonly readOnly?: boolean;
	readonly replay?: string;
	readonly speed: number;
}

export const configure: Configure = command =>
	void command
		.argument('[build]', 'a build’s ID, or a private image; unless said, what is built now and as it begins')
		.addOption(new Option('--progress <mode>', 'how progress is shown').choices(displayModes))
		.addOption(new Option('--replay <file>', 'play a recorded journal, or a diagnostics file, instead'))
		.option('--speed <times>', 'how many times as fast it is played', wholeNumberFrom(1), 1)
		.option('--read-only', 'no key cancels or builds')
		.addOption(jsonOption())
		.action(async (wanted: string | undefined, options: WatchOptions) => {
			await withServices({}, async (services, signal) => {
				const mode = options.json ? 'json' : (options.progress ?? services.settings.progress);
				if (options.replay !== undefined) return replay(services, options.replay, options.speed, mode);
				const build = wanted === undefined ? null : (await services.locateBuild(wanted)).paths.build;
				if (isScreen(mode) && (build === null || (await isRunning(services, build)))) {
					const {openDashboard} = await import('../open-tui.ts');
					await openDashboard(services, {build, endsWithBuild: true, isReadOnly: options.readOnly === true});
					return;
				}
				const {showBuild} = await import('../show-build.ts');
				const shown = build ?? (await services.builds.list()).find(({status}) => status === 'in progress')?.build;
				if (shown !== undefined) await showBuild(services, shown, {mode, onInterrupt: 'leave'});
				else await followAll(services, mode, signal);
			});
		});

const isScreen = (mode: DisplayMode): boolean =>
	process.stdin.isTTY && process.stdout.isTTY && (mode === 'auto' || mode === 'tty');

async function replay(services: AllServices, file: string, speed: number, mode: DisplayMode): Promise<void> {
	const {openReplay} = await import('../../app/replay.ts');
	const {build, builds} = await openReplay(file, speed);
	if (isScreen(mode)) {
		const {openDashboard} = await import('../open-tui.ts');
		await openDashboard(services, {build, endsWithBuild: false, isRecording: true}, builds);
		return;
	}
	const {showBuild} = await import('../show-build.ts');
	await showBuild({...services, builds}, build, {mode, onInterrupt: 'leave'});
}

const isRunning = async ({builds}: AllServices, build: string): Promise<boolean> =>
	(await builds.list()).some(own => own.build === build && own.status === 'in progress');

/** How often it is looked for builds that have begun. */
const lookEveryMs = 1000;

/** Builds that begin from now on, one after another, each from its first event on; until it is interrupted. */
async function followAll(services: AllServices, mode: DisplayMode, signal: AbortSignal): Promise<void> {
	const {showBuild} = await import('../show-build.ts');
	const {warn} = await import('../terminal.ts');
	const seen = new Set<string>();
	const sinceIso = new Date().toISOString();
	let isWaiting = false;
	while (!signal.aborted) {
		const listed = (await services.builds.list()).toReversed();
		const next = listed.find(
			({build, status, startedAt}) => !seen.has(build) && (status === 'in progress' || startedAt >= sinceIso),
		);
		if (next) {
			isWaiting = false;
			seen.add(next.build);
			await showBuild(services, next.build, {mode, onInterrupt: 'leave'});
			continue;
		}
		if (!isWaiting) warn('Nothing is being built. Builds are shown as they start; Ctrl+C ends this.');
		isWaiting = true;
		await new Promise<void>(resolve => {
			const timer = setTimeout(resolve, lookEveryMs);
			signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), {once: true});
		});
	}
	process.exitCode = 0;
}
