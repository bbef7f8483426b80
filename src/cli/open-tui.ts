import type {AllServices} from '../app/create-services.ts';
import type {BuildService} from '../app/services.ts';
import type {WatchWishes} from '../app/tui/start-app.ts';
import {SlipwayError} from '../base/errors.ts';
import {boundOldSpace, boundYoungSpace, collectGarbage} from '../base/heap.ts';
import {warn} from './terminal.ts';

/** `slipway` alone: the TUI, or without a terminal what to run instead. */
export async function openTui(isReadOnly: boolean): Promise<void> {
	if (!process.stdin.isTTY || !process.stdout.isTTY) {
		throw new SlipwayError('usage', 'The interactive program needs a terminal.', {
			hint: 'Without one, use the commands: `slipway build FILE`, `slipway plan FILE`, `slipway --help`.',
		});
	}
	boundMemory();
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
	boundMemory();
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

/** What starting leaves behind is collected when the first screen stands. */
const startedMs = 1500;

function boundMemory(): void {
	boundYoungSpace();
	boundOldSpace();
	setTimeout(collectGarbage, startedMs).unref();
}
