import {PerformanceObserver} from 'node:perf_hooks';
import {getHeapSpaceStatistics, setFlagsFromString} from 'node:v8';
import type {AllServices} from '../app/create-services.ts';
import type {BuildService} from '../app/services.ts';
import type {WatchWishes} from '../app/tui/start-app.ts';
import {SlipwayError} from '../base/errors.ts';
import {warn} from './terminal.ts';

/** `slipway` alone: the TUI, or without a terminal what to run instead. */
export async function openTui(isReadOnly: boolean): Promise<void> {
	if (!process.stdin.isTTY || !process.stdout.isTTY) {
		throw new SlipwayError('usage', 'The interactive program needs a terminal.', {
			hint: 'Without one, use the commands: `slipway build FILE`, `slipway plan FILE`, `slipway --help`.',
		});
	}
	boundYoungSpace();
	// At once: keys that are typed while the program loads are not echoed, and wait for it.
	process.stdin.setRawMode(true);
	try {
		await open(isReadOnly);
	} finally {
		process.stdin.setRawMode(false);
	}
}

async function open(isReadOnly: boolean): Promise<void> {
	const [{createServices}, {readSettings}, {runTui}] = await Promise.all([
		import('../app/create-services.ts'),
		import('../app/settings.ts'),
		import('../app/tui/run-tui.tsx'),
	]);
	const settings = await readSettings(process.env, warn);
	// The screen belongs to the application: what is to be reported waits until it has left.
	const problems: string[] = [];
	const services = await createServices({settings, planning: 'worker', onProblem: text => problems.push(text)});
	try {
		process.exitCode = await runTui(services, {settings, isReadOnly});
	} finally {
		await services.close();
		for (const problem of problems) warn(problem);
	}
}

/** `slipway watch` on a terminal: the dashboard alone. */
export async function openDashboard(
	services: AllServices,
	watch: WatchWishes & {readonly isReadOnly?: boolean},
	builds: BuildService = services.builds,
): Promise<void> {
	boundYoungSpace();
	const {runTui} = await import('../app/tui/run-tui.tsx');
	process.exitCode = await runTui(
		{...services, builds},
		{
			settings: services.settings,
			watch,
			isReadOnly: watch.isReadOnly === true,
		},
	);
}

/** Of young objects: what two frames leave behind. */
const youngSpaceBytes = 16 * 1024 * 1024;

/**
 * V8 begins with 1 MB for young objects, which a frame fills many times over: 28 collections for a keystroke, half of its
 * time. It would let that space grow to 48 MB, which a program that waits for keys all day holds for nothing. It reads
 * this factor whenever it would grow the space.
 */
function boundYoungSpace(): void {
	const observer = new PerformanceObserver(() => {
		const young = getHeapSpaceStatistics().find(space => space.space_name === 'new_space');
		if (!young || young.space_size < youngSpaceBytes) return;
		setFlagsFromString('--semi-space-growth-factor=1');
		observer.disconnect();
	});
	observer.observe({entryTypes: ['gc']});
}
