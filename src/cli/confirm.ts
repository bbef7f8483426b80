import {createInterface} from 'node:readline/promises';
import {SlipwayError} from '../base/errors.ts';

/** Asks on the terminal; yes only if it was typed. Throws `usage` where there is nobody to ask. */
export async function isConfirmed(question: string, signal: AbortSignal): Promise<boolean> {
	if (!process.stdin.isTTY) {
		throw new SlipwayError('usage', `There is nobody to ask: ${question}`, {hint: 'Without a terminal, add --yes.'});
	}
	const prompt = createInterface({input: process.stdin, output: process.stderr});
	prompt.on('SIGINT', () => process.emit('SIGINT'));
	try {
		return /^y(es)?$/iu.test((await prompt.question(`${question} [y/N] `, {signal})).trim());
	} catch (error) {
		if (signal.aborted) throw new SlipwayError('cancelled', 'Nothing was changed.');
		throw error;
	} finally {
		prompt.close();
	}
}
