import {programVersion} from '../base/program-version.ts';

/**
 * The command line: turns arguments into calls of the services and their answers into text or JSON. Owns exit codes,
 * displays and shell completion; knows nothing of how the work is done. A command's file is loaded when it is used.
 */

/** Runs one command line. Sets the exit code; never calls exit before output has drained. */
export async function main(argv: readonly string[]): Promise<void> {
	if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
		// Before anything else is loaded: DESIGN.md section 9 allows it 80 ms.
		process.stdout.write(`${programVersion()}\n`);
		return;
	}
	const [{guardOutput}, {reportError}] = await Promise.all([import('./terminal.ts'), import('./report-error.ts')]);
	guardOutput();
	try {
		const isReadOnly = argv.length === 1 && argv[0] === '--read-only';
		if (argv.length === 0 || isReadOnly) {
			const {openTui} = await import('./open-tui.ts');
			await openTui(isReadOnly);
		} else {
			const {runProgram} = await import('./program.ts');
			await runProgram(argv, programVersion());
		}
	} catch (error) {
		reportError(error);
	}
}
