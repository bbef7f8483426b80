import {SlipwayError} from '../base/errors.ts';
import {warn} from './terminal.ts';

/** `slipway` alone: the TUI, or without a terminal what to run instead. */
export async function openTui(): Promise<void> {
	if (!process.stdin.isTTY || !process.stdout.isTTY) {
		throw new SlipwayError('usage', 'The interactive program needs a terminal.', {
			hint: 'Without one, use the commands: `slipway build FILE`, `slipway plan FILE`, `slipway --help`.',
		});
	}
	const [{createServices}, {readSettings}] = await Promise.all([
		import('../app/create-services.ts'),
		import('../app/settings.ts'),
	]);
	let runTui;
	try {
		({runTui} = await import('../app/tui/run-tui.ts'));
	} catch (cause) {
		throw new SlipwayError('internal', 'The interactive program could not be loaded.', {cause});
	}
	const settings = await readSettings(process.env, warn);
	const services = await createServices({settings, planning: 'worker'});
	try {
		await runTui(services, {settings});
	} finally {
		await services.close();
	}
}
