import {createInterface} from 'node:readline/promises';
import {SlipwayError} from '../../base/errors.ts';
import {formatBytes} from '../format.ts';
import {jsonOption, type Configure} from '../program.ts';
import {print, printJson} from '../terminal.ts';
import {withServices} from '../with-services.ts';

export const configure: Configure = command =>
	void command
		.argument('<name>', 'a private image')
		.option('-y, --yes', 'do not ask')
		.addOption(jsonOption())
		.action(async (name: string, options: {yes?: boolean; json?: boolean}) => {
			await withServices({}, async ({images}, signal) => {
				await images.composition(name);
				if (!options.yes) await confirm(name, signal);
				const freed = await images.removeAndCount(name);
				if (options.json) printJson({removed: name, freedBytes: freed});
				else print(`Deleted ${name}; ${formatBytes(freed)} freed.`);
			});
		});

/** As the dialog does: the name has to be typed. */
async function confirm(name: string, signal: AbortSignal): Promise<void> {
	if (!process.stdin.isTTY) {
		throw new SlipwayError('usage', `Deleting ${name} has to be confirmed.`, {hint: 'Without a terminal, add --yes.'});
	}
	const prompt = createInterface({input: process.stdin, output: process.stderr});
	prompt.on('SIGINT', () => process.emit('SIGINT'));
	try {
		const answer = await prompt.question(`This deletes the composition, tags and images of ${name}. Type its name: `, {
			signal,
		});
		if (answer.trim() !== name) throw new SlipwayError('cancelled', 'Nothing was deleted: that is not its name.');
	} catch (error) {
		if (signal.aborted) throw new SlipwayError('cancelled', 'Nothing was deleted.');
		throw error;
	} finally {
		prompt.close();
	}
}
